//! Regions with prices of their own, and what stands for a region without any.

/// A region as a number valid with the [`PriceBook`](super::PriceBook) that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(u16);

/// The label of rates for whichever region a call is bound to.
pub const REGIONAL: &str = "regional";

/// What the regions of the government of the United States are called.
const GOVERNMENT: &str = "us-gov";

/// The regions that sheets name.
#[derive(Debug, Default)]
pub struct Regions(Vec<String>);

impl Regions {
    /// The number of a region, which is new or known.
    pub fn admit(&mut self, name: &str) -> Region {
        self.known(name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            Region(self.0.len() as u16 - 1)
        })
    }

    /// The region of a call's word for it; `None`: prices everywhere are those without a region. A government's region that
    /// no sheet knows by its own name is `us-gov`; any other one is a region like the rest, `regional`.
    pub fn named(&self, name: &str) -> Option<Region> {
        let name = name.trim().to_ascii_lowercase();
        if name == "global" {
            return None;
        }
        let other = if name.contains(GOVERNMENT) { GOVERNMENT } else { REGIONAL };
        self.known(&name).or_else(|| self.known(other))
    }

    /// The label of rates for every region, where those may stand for this one: a government's costs more than others.
    pub fn regional(&self, region: Region) -> Option<Region> {
        let government = self.0.get(usize::from(region.0)).is_some_and(|name| name.contains(GOVERNMENT));
        if government { None } else { self.known(REGIONAL) }
    }

    /// The names that sheets use.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// The region that sheets call so.
    pub fn known(&self, name: &str) -> Option<Region> {
        self.0.iter().position(|known| known == name).map(|at| Region(at as u16))
    }
}
