//! `--format`: the form of a page or a report, and the format of a log.

use crate::inputs::logs::FORMATS as LOG_FORMATS;
use crate::outputs::formats::{FORMATS as PAGE_FORMATS, Format};
use crate::outputs::report::{FORMS, Form};

/// One use of `--format`: the page's forms and the log's formats have different names, so one flag serves both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatChoice {
    /// Form of the page.
    Page(Format),
    /// Index of the log's format.
    Log(usize),
    /// Form of a report that no page has.
    Report(Form),
}

impl FormatChoice {
    /// The form of the page and the index of the log's format.
    ///
    /// # Errors
    /// When one of them is given twice.
    pub fn told_apart(choices: &[Self]) -> Result<(Option<Format>, Option<usize>), String> {
        let (mut page, mut log) = (None, None);
        for choice in choices {
            let twice = match choice {
                Self::Page(format) => page.replace(*format).is_some(),
                Self::Log(format) => log.replace(*format).is_some(),
                Self::Report(_) => {
                    return Err("only `switchpoint report` is PDF or HTML".to_owned());
                }
            };
            if twice {
                return Err("--format is given twice for the same thing".to_owned());
            }
        }
        Ok((page, log))
    }
}

pub(super) fn parse_page_format(name: &str) -> Result<Format, String> {
    match parse_format(name) {
        Ok(FormatChoice::Page(format)) => Ok(format),
        _ => {
            let pages: Vec<&str> = PAGE_FORMATS.iter().map(|(known, _)| *known).collect();
            Err(format!("forms of the page are {}", pages.join(", ")))
        }
    }
}

pub(super) fn parse_format(name: &str) -> Result<FormatChoice, String> {
    if let Some((_, format)) = PAGE_FORMATS.iter().find(|(known, _)| *known == name) {
        return Ok(FormatChoice::Page(*format));
    }
    if let Some(index) = LOG_FORMATS.iter().position(|format| format.id() == name) {
        return Ok(FormatChoice::Log(index));
    }
    if let Some((_, form, _)) = FORMS.iter().find(|(known, ..)| *known == name) {
        return Ok(FormatChoice::Report(*form));
    }
    let pages: Vec<&str> = PAGE_FORMATS.iter().map(|(known, _)| *known).collect();
    let logs: Vec<&str> = LOG_FORMATS.iter().map(|format| format.id()).collect();
    Err(format!("forms of the page are {}; formats of logs are {}", pages.join(", "), logs.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_of_a_page_is_called_like_a_log_format() {
        let names = PAGE_FORMATS.iter().map(|(name, _)| name).chain(FORMS.iter().map(|(name, ..)| name));
        for name in names {
            assert!(LOG_FORMATS.iter().all(|format| format.id() != *name), "{name}");
        }
    }
}
