//! Serves the stores on stdin and stdout; logs and panics go to stderr.

use std::io::{self, BufReader};
use std::process::ExitCode;

use tearproof_port::server::Server;

fn main() -> ExitCode {
    let mut server = Server::new(tearproof_port::kinds());
    match server.run(BufReader::new(io::stdin().lock()), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tearproof-port: {error}");
            ExitCode::FAILURE
        }
    }
}
