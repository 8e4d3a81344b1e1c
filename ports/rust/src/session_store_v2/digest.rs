//! The checksums of the format.

use sha2::{Digest, Sha256};

/// A link of the chain over all payload hashes.
pub type Chain = [u8; 64];

/// The chain of an empty store: 64 zeros.
pub const GENESIS: Chain = [b'0'; 64];

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&hex(Sha256::digest(bytes).into())).into_owned()
}

/// The chain with one more payload hash: SHA-256 over both texts, not over raw digests.
pub fn chain_step(chain: &Chain, payload_hash: &str) -> Chain {
    let mut hasher = Sha256::new();
    hasher.update(chain);
    hasher.update(payload_hash);
    hex(hasher.finalize().into())
}

/// A chain as the text that files hold.
pub fn chain_text(chain: &Chain) -> &str {
    std::str::from_utf8(chain).expect("hex digits are ASCII")
}

/// A CRC-32C as rows hold it: eight upper-case hex digits.
pub fn crc_text(crc: u32) -> String {
    format!("{crc:08X}")
}

fn hex(digest: [u8; 32]) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(digest) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_of_the_vectors() {
        let counting: Vec<u8> = (0..32).collect();
        for (bytes, text) in [
            (&b""[..], "00000000"),
            (b"123456789", "E3069283"),
            (&[0; 32], "8A9136AA"),
            (&[255; 32], "62A8AB43"),
            (&counting, "46DD794E"),
            (b"\n", "399F7B69"),
        ] {
            assert_eq!(crc_text(crc32c::crc32c(bytes)), text);
        }
    }

    #[test]
    fn chain_of_the_vectors() {
        let mut folded = GENESIS;
        for (payload, hash, chain) in [
            (
                "null",
                "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b",
                "35d2f8d495bf25f77e6d1f20a94a8aed94267acb9ed88a076545f7e86bfc3918",
            ),
            (
                "{}",
                "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
                "166503dcf61238bbcb48adcffeb4dea0280659af0992a20c9735b38555acb3b0",
            ),
            (
                "\"a\"",
                "ac8d8342bbb2362d13f0a559a3621bb407011368895164b628a54f7fc33fc43c",
                "9e5ec602f36d04962961c7d97c863e2b24f3b0391dc87ddf15e75bdd161e1547",
            ),
        ] {
            assert_eq!(sha256_hex(payload.as_bytes()), hash);
            folded = chain_step(&folded, hash);
            assert_eq!(chain_text(&folded), chain);
        }
        let zeros = chain_text(&GENESIS);
        assert_eq!(
            chain_text(&chain_step(&GENESIS, zeros)),
            "45725791c47b32618cc57b88343e2bceec3b0a01b83bc97d144a2cbc11a20c3d"
        );
        assert_eq!(
            sha256_hex(b"{ \"n\" : 1 }"),
            "7bf595dc01e7866161710b1f448f5183ebc97558129e993d8c282e22e8921653"
        );
    }
}
