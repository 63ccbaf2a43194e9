//! Which machine a name in somebody's table means.

use super::{Hardware, Machine};

/// Names that do not contain the machine's own, in the letters and digits of lower case that are compared.
const ALIASES: &[(&str, &str)] = &[
    ("h100nvl", ""),
    ("h200nvl", ""),
    ("gh200", ""),
    ("h100pcie", "h100-pcie"),
    ("h100", "h100-sxm"),
    ("h200", "h200-sxm"),
    ("a10080gbpcie", "a100-80-pcie"),
    ("a100pcie", "a100-80-pcie"),
    ("a10040", ""),
    ("a100", "a100-80-sxm"),
    ("gb200", "gb200"),
    ("gb300", "gb300"),
    ("b200", "b200"),
    ("b300", "b300"),
    ("rtx6000pro", "rtx-6000-pro"),
    ("rtxpro6000", "rtx-6000-pro"),
    ("rtx5060ti", "rtx-5060-ti-16"),
    ("gb10", "dgx-spark"),
    ("m3ultra", "mac-studio-m3-ultra-96"),
    ("m4max", "mac-studio-m4-max-128"),
    ("m4pro", "mac-mini-m4-pro-48"),
    ("aimax395", "ryzen-ai-max-395"),
];

fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

impl Hardware {
    /// The machine that a name means: by its id, by what it contains of an id (the longest), by a common name.
    pub fn machine_named(&self, name: &str) -> Option<&Machine> {
        let own = letters(name);
        let exact = self.machines().find(|machine| letters(&machine.id) == own);
        let contained = || {
            let inside = self.machines().filter(|machine| own.contains(&letters(&machine.id)));
            inside.max_by_key(|machine| machine.id.len())
        };
        let known = || ALIASES.iter().find(|(alias, _)| own.contains(alias));
        match exact {
            Some(machine) => Some(machine),
            None => match known() {
                Some((_, id)) => self.machine(id),
                None => contained(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::inputs::embedded::Facts;
    use crate::inputs::hardware::Hardware;
    use crate::inputs::models::Models;

    #[test]
    fn names_of_tables_mean_machines() {
        let models = Models::load(&Facts::embedded()).expect("valid files");
        let hardware = Hardware::load(&Facts::embedded(), &models).expect("valid files");
        for (name, id) in [
            ("H100", Some("h100-sxm")),
            ("NVIDIA H200-SXM-141GB", Some("h200-sxm")),
            ("A100_80GB_PCIe", Some("a100-80-pcie")),
            ("RTX6000ProBSE", Some("rtx-6000-pro")),
            ("rtx5070ti", Some("rtx-5070-ti")),
            ("AMD Instinct MI300X 192GB HBM3", Some("mi300x")),
            ("NVIDIA GeForce RTX 4090", Some("rtx-4090")),
            ("mi355x", Some("mi355x")),
            ("NVIDIA H200-NVL-141GB", None),
            ("TPU v6", None),
        ] {
            assert_eq!(hardware.machine_named(name).map(|machine| machine.id.as_str()), id, "{name}");
        }
    }
}
