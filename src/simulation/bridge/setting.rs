//! What the calls of a class mean in a world.

use std::sync::Arc;

use super::{Calendar, Class, Names, Traits};
use crate::inputs::models::{is_global, mode_of_name, region_of_name};
use crate::inputs::prices::When;
use crate::simulation::world::World;
use crate::units::Mode;

/// What may be done with a row beyond pricing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A call of text: it can be routed.
    Routable,
    /// An embedding, image, audio or other call: no text model replaces it.
    OtherOperation,
    /// A row that stands for many calls: it has no shape that an offer could fit.
    Bucket,
    /// A call that used a tool of its seller's: another seller may have none.
    ServerTool,
}

/// Who served the calls of a class, in the words of the log, and when and how.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Code of the workload.
    pub workload: Option<u32>,
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Model as logged.
    pub model: Option<Arc<str>>,
    /// Seller as logged.
    pub seller: Option<Arc<str>>,
    /// Region: that of the model's name (`us.anthropic…`), else as logged.
    pub region: Option<Arc<str>>,
    /// What prices depend on.
    pub when: When,
    /// What may be done with the calls.
    pub kind: Kind,
    /// Served by a gateway's cache: nothing was billed.
    pub free: bool,
    /// Whether the calls have a date.
    pub dated: bool,
    /// Whether their times were moved to an anchor.
    pub anchored: bool,
}

impl Setting {
    /// The setting of a class.
    pub fn of(class: &Class, names: &Names, calendar: &Calendar, world: &World) -> Self {
        let [workload, model, seller, mode, region, operation, granularity, status, time] =
            class.texts.map(|code| names.text(code));
        let logged = mode.as_deref().and_then(Mode::from_word);
        let named = || model.as_deref().and_then(mode_of_name);
        let region = model.as_deref().and_then(region_in).or(region);
        let kind = match operation.as_deref() {
            _ if granularity.as_deref() == Some("bucket") || class.traits.has(Traits::MANY) => Kind::Bucket,
            None | Some("chat" | "completion") if class.traits.has(Traits::SEARCHED) => Kind::ServerTool,
            None | Some("chat" | "completion") => Kind::Routable,
            Some(_) => Kind::OtherOperation,
        };
        Self {
            workload: workload.as_ref().map(|_| class.workload()),
            name: workload,
            when: When {
                mode: logged.or_else(named).unwrap_or_default(),
                region: region.as_deref().and_then(|name| world.book.region(name)),
                day: calendar.day_in(class.stretch),
                open: class.windows,
            },
            model,
            seller,
            region,
            kind,
            free: status.as_deref() == Some("gateway_cache"),
            dated: !class.traits.has(Traits::UNDATED),
            anchored: time.as_deref() == Some("anchored"),
        }
    }
}

/// The region that a model's name selects.
fn region_in(raw: &str) -> Option<Arc<str>> {
    if is_global(raw) { Some("global".into()) } else { region_of_name(raw).map(Into::into) }
}
