//! The database of OpenCode: a table of messages, each a JSON document.

use std::io::{BufRead, Write as _};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::take;
use crate::inputs::logs::object;
use crate::inputs::logs::sink::Sink;

/// Reads the messages of a database. It is copied first, because what is being written to must not be touched.
///
/// # Errors
/// When it is no database, or has no table of messages.
pub fn read(reader: &mut dyn BufRead, sink: &mut Sink) -> Result<(), String> {
    let unreadable = |error: &dyn std::fmt::Display| format!("cannot be read as a database: {error}");
    let mut copy = tempfile::NamedTempFile::new().map_err(|error| unreadable(&error))?;
    std::io::copy(reader, &mut copy).and_then(|_| copy.flush()).map_err(|error| unreadable(&error))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(copy.path(), flags).map_err(|error| unreadable(&error))?;
    let mut statement = database
        .prepare("SELECT id, session_id, data FROM message ORDER BY rowid")
        .map_err(|error| format!("is no database of OpenCode: {error}"))?;
    let mut rows = statement.query([]).map_err(|error| unreadable(&error))?;
    let mut line = 0;
    loop {
        line += 1;
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(()),
            Err(error) => {
                sink.stop(line, format!("reading stopped here: {error}"));
                return Ok(());
            }
        };
        let data = match row.get_ref(2) {
            Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => std::str::from_utf8(bytes).ok(),
            _ => None,
        };
        let text = |column| row.get::<_, Option<String>>(column).ok().flatten();
        match data.and_then(object::raw) {
            Some(value) => {
                let before = sink.calls.len();
                take(line, value, sink);
                // The columns beside the document name what it does not.
                let (id, session) = (text(0), text(1));
                if let Some(at) = (sink.calls.len() > before).then_some(before) {
                    let (id, session) = (sink.text(id), sink.text(session));
                    let call = &mut sink.calls[at];
                    call.id = call.id.or(id);
                    call.session_id = call.session_id.or(session);
                }
            }
            None => sink.reject(line, "the message is not JSON"),
        }
    }
}
