//! Names of people, keys and projects as keyed hashes: the same name has the same pseudonym under one key, and no way leads
//! back without it.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::call::Call;
use super::sink::hex;
use super::strings::Strings;

/// A key of at least this many bytes is hard to guess.
pub const LEAST_KEY: usize = 16;

/// The key.
#[derive(Clone)]
pub struct Pseudonyms(Vec<u8>);

/// The key is a secret, also in logs.
impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms")
    }
}

impl Pseudonyms {
    /// Pseudonyms under a key.
    ///
    /// # Errors
    /// When the key is too short.
    pub fn new(key: &[u8]) -> Result<Self, String> {
        let key = key.trim_ascii();
        if key.len() < LEAST_KEY {
            return Err(format!("the key has {} bytes, at least {LEAST_KEY} are needed", key.len()));
        }
        Ok(Self(key.to_owned()))
    }

    /// The pseudonym of a name.
    pub fn of(&self, name: &str) -> String {
        // A key of any length is a key.
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return "p-".to_owned() };
        let digest = mac.chain_update(name.as_bytes()).finalize().into_bytes();
        format!("p-{}", hex(&digest[..8]))
    }

    /// Replaces the names in a call: who made it, with which key, for which team and project.
    pub fn replace(&self, call: &mut Call, strings: &mut Strings) {
        for name in [&mut call.user, &mut call.key_id, &mut call.team, &mut call.tag] {
            if let Some(symbol) = *name {
                let pseudonym = self.of(strings.text(symbol));
                *name = Some(strings.intern(&pseudonym));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_pseudonym_a_key_and_the_key_is_not_printed() {
        let one = Pseudonyms::new(b"a key that is long enough\n").expect("a key");
        let other = Pseudonyms::new(b"another key, long enough").expect("a key");
        assert_eq!(one.of("ada"), one.of("ada"));
        assert_ne!(one.of("ada"), one.of("bob"));
        assert_ne!(one.of("ada"), other.of("ada"));
        assert_eq!(format!("{one:?}"), "Pseudonyms");
        assert!(Pseudonyms::new(b"short").is_err());
    }
}
