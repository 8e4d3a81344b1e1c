//! The vectors of the format page, byte for byte.

use super::*;
use crate::session_store_v2::digest::{chain_text, sha256_hex};
use crate::session_store_v2::records;

const MESSAGE: &str = "{\"text\":\"h\u{e9}llo\\n\u{2028}\\u0001\"}";
const NUMBERS: &str = "[1,2.5,-0.0,null,true,18446744073709551615]";

fn three_entries(max_segment_bytes: u64) -> (Site, Store) {
    let site = Site::new();
    let options = Options { max_segment_bytes, ..options() };
    let (mut store, _) = site.open_with(options).unwrap();
    for (n, parent, entry_type, payload) in [
        (1, None, "message", "{\"n\":1}"),
        (2, Some("entry_00000001"), "message", MESSAGE),
        (3, Some("entry_00000002"), "compaction", NUMBERS),
    ] {
        let (id, at) = (format!("entry_{n:08}"), format!("2026-01-01T00:00:00.00{n}Z"));
        store.append((&id, parent), entry_type, payload, &at).unwrap();
    }
    (site, store)
}

#[test]
fn segment_index_and_chain() {
    let (site, store) = three_entries(1 << 20);
    let segment = site.read(SEGMENT_1);
    assert_eq!(segment.len(), 1019);
    assert_eq!(
        sha256_hex(&segment),
        "159e46d40a0ea43fa1e48a85b58a5fc7b147c141dfdd3a3d80a2dbce655d286d"
    );
    let index = site.read(INDEX);
    assert_eq!(index.len(), 562);
    assert_eq!(
        sha256_hex(&index),
        "13a0ccac847e1cc8746a9d27ae3144ad49c16b576112e622a4c3458a6bd5f297"
    );
    let chains: Vec<&str> = store.log().entries().iter().map(|e| chain_text(&e.chain)).collect();
    assert_eq!(
        chains,
        [
            "30ce664ea320f4b51894a659184f3c24fa94f983adb655fd037b2abce54eae3d",
            "bc5fbae0a6a85deebf2a4f43101d5cf60e1030e038f32faabdfe4fb5397a0172",
            "7227d893f4b1d54b3596cdb69b8bdc05341a9f990a65d736477844c71c1718d0",
        ]
    );
    let places: Vec<_> = (0..3)
        .map(|at| store.log().row(at))
        .map(|r| (r.byte_offset, r.byte_length, r.crc32c))
        .collect();
    assert_eq!(
        places,
        [
            (0, 297, "028058F5".to_owned()),
            (297, 352, "DE838977".to_owned()),
            (649, 370, "F19530C5".to_owned()),
        ]
    );
}

#[test]
fn rotation() {
    let (_, store) = three_entries(700);
    let row = store.log().row(2);
    assert_eq!((row.segment_seq, row.frame_seq, row.byte_offset, row.byte_length), (2, 1, 0, 370));
    assert_eq!(row.crc32c, "DF0F6290");
    let (_, store) = three_entries(1019);
    assert_eq!(store.log().row(2).segment_seq, 1);
}

#[test]
fn checkpoint() {
    let (site, mut store) = three_entries(1 << 20);
    store.checkpoint(1, "manual", "2026-01-01T00:00:02.000Z").unwrap();
    let bytes = site.read("checkpoints/0000000000000001.json");
    assert_eq!(bytes.len(), 356);
    assert_eq!(
        sha256_hex(&bytes),
        "1d1643b20ea9d08aba9f700d0949854915a0db6e984ec844432642fc5b3c9f4c"
    );
}

#[test]
fn manifest() {
    let (site, mut store) = three_entries(1 << 20);
    let names = ("f4c03c8c-cf0a-4c90-9535-e95f2d02b393", "native_v2");
    store.manifest(names, AT).unwrap();
    let manifest = store.manifest(names, "2026-01-01T00:00:01.000Z").unwrap();
    assert_eq!(manifest.created_at, AT);
    assert_eq!(
        manifest.integrity.manifest_hash,
        "7f8de3d07864e4e884b043655c5950b24dd168d93f5bb376a62366c9508f3824"
    );
    let bytes = site.read("manifest.json");
    assert_eq!(bytes, records::pretty(&manifest));
    assert_eq!(bytes.len(), 1148);
    assert_eq!(
        sha256_hex(&bytes),
        "ed9bd38fc6fa421ac0e030805298c14736d2c91f521358febbd1710b0332a9f7"
    );
}
