//! The page of a partial: what it holds, and whether a round is left.

use crate::outputs::page::{Body, Fact, Item, Page, Section, Value};
use crate::outputs::wording::counted;

/// What is told.
pub struct Contents {
    /// The file.
    pub out: String,
    /// Sums in it.
    pub rows: u64,
    /// Calls that they are of.
    pub calls: u64,
    /// Questions that it answers.
    pub questions: Vec<String>,
    /// Questions of all parts that are left; `None`: that is asked of all parts only.
    pub left: Option<Vec<String>>,
}

/// The page.
pub fn page(contents: &Contents) -> Page {
    let text = |key, text: &str| Item::new(key, Value::Text(text.to_owned()), "");
    let fact = |label: &str, items| Fact { label: label.to_owned(), items };
    let mut facts = vec![
        fact(
            "written",
            vec![text("out", &contents.out), Item::counted("sums", contents.rows, "sum", "sums")],
        ),
        fact("of", vec![Item::counted("calls", contents.calls, "call", "calls")]),
        fact("answers", vec![text("questions", &contents.questions.join(", "))]),
    ];
    let mut notes = Vec::new();
    if let Some(left) = &contents.left {
        let mut items = vec![Item::counted("left", left.len() as u64, "question", "questions")];
        if !left.is_empty() {
            items.push(text("questions_left", &left.join(", ")));
            notes.push(
                "another pass over the parts answers them: `switchpoint partial --after` this file"
                    .to_owned(),
            );
        }
        facts.push(fact("left to ask", items));
    }
    let claim = match &contents.left {
        Some(left) if left.is_empty() => {
            format!("the sums of {}: nothing is left to ask", counted(contents.calls, "call"))
        }
        Some(left) => format!(
            "the sums of {}: {} left to ask",
            counted(contents.calls, "call"),
            counted(left.len() as u64, "question")
        ),
        None => format!("the sums of {}, a part of the log", counted(contents.calls, "call")),
    };
    let section = Section { key: "partial", title: "Partial".to_owned(), body: Body::Facts(facts), notes };
    Page { command: "partial", claim, sections: vec![section] }
}
