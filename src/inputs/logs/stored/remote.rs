//! Tables in object stores: `s3://`, `gs://`, `az://` and `https://`, where the program was built with the feature `cloud`. Polars
//! takes credentials from the usual environment; none is kept or printed here.

use polars::prelude::ScanArgsParquet;

/// How a table in an object store is scanned.
#[cfg(feature = "cloud")]
pub(super) fn options() -> ScanArgsParquet {
    use polars::prelude::cloud::CloudOptions;
    ScanArgsParquet { cloud_options: Some(CloudOptions::default()), ..ScanArgsParquet::default() }
}

/// How a table in an object store is scanned.
#[cfg(not(feature = "cloud"))]
pub(super) fn options() -> ScanArgsParquet {
    ScanArgsParquet::default()
}

/// A message without what may give access: users and queries of the addresses in it, and what follows the first line.
pub(super) fn clean(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.split_inclusive([' ', '"', '\'', '`']).map(without_secrets).collect()
}

/// An address without its user and its query; other words stay.
pub fn without_secrets(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let (rest, end) = match rest.find(['?', '#']) {
        // The mark that ended the word stays.
        Some(at) => {
            (&rest[..at], rest.rsplit(|letter: char| letter.is_ascii_alphanumeric()).next().unwrap_or(""))
        }
        None => (rest, ""),
    };
    let host_end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let end: String = end.chars().filter(|letter| " \"'`(),".contains(*letter)).collect();
    format!("{scheme}://{host}{path}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_keys_and_signatures_are_left_out() {
        let message = "GET \"https://me:secret@host/calls.parquet?X-Amz-Signature=abc123\" failed (https://h/x?sig=1,2), twice\nheaders: token";
        assert_eq!(clean(message), "GET \"https://host/calls.parquet\" failed (https://h/x), twice");
        assert_eq!(without_secrets("s3://bucket/a.parquet"), "s3://bucket/a.parquet");
        assert_eq!(without_secrets("no address?"), "no address?");
    }
}
