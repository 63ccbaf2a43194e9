//! Machines of one's own along a path: rented by the hour and sized again every month, or for the length of a contract; and what it is worth
//! to wait before one is signed.
//!
//! What replicas gain today is known for every number of them. If the volume is `m` times that of today and the price of the alternative `π`
//! times, `k` replicas gain `π·m·G(k/m)`.

/// What is known of machines of one's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Fleet {
    gain: Gain,
    /// Dollars a month of a replica that is rented by the hour.
    pub rented: f64,
    /// Who runs them.
    pub people: People,
    /// A contract that is cheaper; `None`: there is none.
    pub committed: Option<Contract>,
}

/// Who runs machines, in dollars a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct People {
    /// For the first machines, and for qualifying new models.
    pub first: f64,
    /// For each further eight GPUs.
    pub further: f64,
    /// GPUs of a replica.
    pub gpus: f64,
    /// Software for a GPU.
    pub licences: f64,
    /// Dollars once, before the first call.
    pub setup: f64,
}

/// A contract about machines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contract {
    /// Dollars a month of a replica.
    pub month: f64,
    /// Months that it binds.
    pub term: u32,
    /// Replicas come by so many at once.
    pub together: u32,
}

/// What numbers of replicas gain a month today: concave, from no gain with none.
#[derive(Debug, Clone, PartialEq)]
struct Gain {
    points: Vec<(f64, f64)>,
    slopes: Vec<f64>,
}

impl Gain {
    /// Through points; what rises faster than before is evened out, as replicas could be used in turn.
    fn through(points: &[(f64, f64)]) -> Self {
        let mut hull: Vec<(f64, f64)> = vec![(0.0, 0.0)];
        for &(x, y) in points.iter().filter(|(x, _)| *x > 0.0) {
            while let [.., before, last] = hull[..] {
                let (a, b) = ((last.1 - before.1) / (last.0 - before.0), (y - last.1) / (x - last.0));
                if b <= a {
                    break;
                }
                hull.pop();
            }
            hull.push((x, y));
        }
        let slopes = hull.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0)).collect();
        Self { points: hull, slopes }
    }

    fn at(&self, x: f64) -> f64 {
        let next = self.points.partition_point(|point| point.0 <= x);
        let (x0, y0) = self.points[next.saturating_sub(1)];
        self.slopes.get(next.saturating_sub(1)).map_or(y0, |slope| y0 + slope * (x - x0))
    }

    /// Up to where a further replica gains more than so much.
    fn until(&self, least: f64) -> f64 {
        self.points[self.slopes.partition_point(|slope| *slope > least)].0
    }
}

/// What a month of a path is for machines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Market {
    /// Price of the alternative over that of today.
    pub price: f64,
    /// Volume over that of today.
    pub volume: f64,
    /// Rent over that of today.
    pub rent: f64,
}

/// What differs between paths for their whole time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Luck {
    /// Engineers over those that are assumed.
    pub staff: f64,
    /// Throughput over what is expected.
    pub throughput: f64,
}

/// GPUs that people are counted by.
const GROUP: f64 = 8.0;

/// Neither good luck nor bad.
const EXPECTED: Luck = Luck { staff: 1.0, throughput: 1.0 };

/// How a path is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// Interest a month.
    pub interest: f64,
    /// Months at least in which a start has to earn its setup.
    pub patience: f64,
}

impl Fleet {
    /// Of what numbers of replicas gain a month today, in the order of the numbers.
    pub fn of(gain: &[(f64, f64)], rented: f64, people: People, committed: Option<Contract>) -> Self {
        Self { gain: Gain::through(gain), rented, people, committed }
    }

    /// What a number of replicas gains a month today.
    pub fn gains_today(&self, replicas: f64) -> f64 {
        self.gain.at(replicas)
    }

    /// Replicas beyond which none gains anything today.
    pub fn largest(&self) -> u32 {
        self.gain.until(0.0).ceil() as u32
    }

    /// What replicas that are rented by the hour cost a month today, with who runs them; setting up is paid once and not in it.
    pub fn month(&self, replicas: u32) -> f64 {
        let replicas = f64::from(replicas);
        self.rented * replicas + self.people(replicas, &EXPECTED)
    }

    fn gained(&self, replicas: f64, market: &Market, luck: &Luck) -> f64 {
        if market.volume <= 0.0 {
            return 0.0;
        }
        market.price * market.volume * self.gain.at(replicas * luck.throughput / market.volume)
    }

    fn people(&self, replicas: f64, luck: &Luck) -> f64 {
        if replicas <= 0.0 {
            return 0.0;
        }
        let gpus = replicas * self.people.gpus;
        let further = ((gpus - GROUP).max(0.0) / GROUP).ceil();
        luck.staff * (self.people.first + self.people.further * further) + self.people.licences * gpus
    }

    /// The number of replicas that a month pays best, rented by the hour, and what is left of their gain. Rent and licences rise with every
    /// replica, people with every eight GPUs: the best is where a further replica no longer gains its rent and licences, or before it, with all
    /// GPUs of the last eight in use, where eight further ones no longer gain what people cost as well. Of replicas that do not fill eight GPUs evenly
    /// another number may leave a little more.
    pub fn rented_best(&self, market: &Market, luck: &Luck) -> (f64, f64) {
        if market.volume <= 0.0 || market.price <= 0.0 {
            return (0.0, 0.0);
        }
        let (rent, people) = (self.rented * market.rent, &self.people);
        let up_to = |cost: f64| {
            self.gain.until(cost / (market.price * luck.throughput)) * market.volume / luck.throughput
        };
        let net = |replicas: f64| {
            self.gained(replicas, market, luck) - rent * replicas - self.people(replicas, luck)
        };
        let replica = rent + people.licences * people.gpus;
        let most = up_to(replica);
        let groups = up_to(replica + luck.staff * people.further * people.gpus / GROUP) * people.gpus / GROUP;
        // Who runs the first eight is paid for any.
        let ends = [groups.floor(), groups.ceil()].map(|groups| groups.max(1.0) * GROUP / people.gpus);
        let tried = [most].into_iter().chain(ends).flat_map(|replicas| [replicas.floor(), replicas.ceil()]);
        tried
            .filter(|replicas| *replicas > 0.0)
            .map(|replicas| (replicas, net(replicas)))
            .fold((0.0, 0.0), |best, other| if other.1 > best.1 { other } else { best })
    }

    /// By month, what is saved along a path by renting what pays best, setups paid.
    pub fn renting(&self, path: &[Market], luck: &Luck, terms: &Terms) -> Vec<f64> {
        let mut runs = false;
        let months = path.iter().map(|market| {
            let (replicas, net) = self.rented_best(market, luck);
            let setup = self.people.setup * luck.staff;
            let starts = !runs && replicas > 0.0 && net * terms.patience > setup;
            runs = replicas > 0.0 && (runs || starts);
            match (runs, starts) {
                (true, true) => net - setup,
                (true, false) => net,
                (false, _) => 0.0,
            }
        });
        months.collect()
    }

    /// The number of replicas of a contract that is worth the most if the market goes on as expected, and that worth; months ahead are told
    /// as factors of the present. `once` is what has to be paid before the first call.
    fn best_contract(
        &self,
        now: &Market,
        luck: &Luck,
        ahead: &[Market],
        terms: &Terms,
        once: f64,
    ) -> (f64, f64) {
        let Some(contract) = self.committed else { return (0.0, 0.0) };
        let span = ahead.len().min(contract.term as usize);
        if span == 0 {
            return (0.0, 0.0);
        }
        let expected = |month: usize| Market {
            price: now.price * ahead[month].price,
            volume: now.volume * ahead[month].volume,
            rent: now.rent,
        };
        // Every third month stands for its quarter.
        let seen: Vec<(Market, f64)> = (0..span)
            .step_by(QUARTER)
            .map(|month| {
                let months = QUARTER.min(span - month) as f64;
                (expected(month), months * (1.0 + terms.interest).powf(-(month as f64 + 1.0)))
            })
            .collect();
        let worth = |replicas: f64| {
            let month = |(market, weight): &(Market, f64)| {
                let cost = replicas * contract.month * now.rent + self.people(replicas, luck);
                weight * (self.gained(replicas, market, luck) - cost)
            };
            seen.iter().map(month).sum::<f64>() - once
        };
        let widest = seen.iter().map(|(market, _)| market.volume).fold(0.0, f64::max);
        let most = self.gain.until(0.0) * widest / luck.throughput;
        let together = f64::from(contract.together);
        let mut best = (0.0, 0.0);
        let mut replicas = together;
        while replicas < most + together {
            let found = worth(replicas);
            if found > best.1 {
                best = (replicas, found);
            }
            // Small fleets one by one, larger ones by eighths.
            replicas += ((replicas / 8.0 / together).floor() * together).max(together);
        }
        best
    }

    /// By month, what a contract signed in month `from` saves along a path, renewed at the rent of its end as long as that is expected to pay;
    /// what is left of it after the last month is sold at the rent of that month. Nothing is signed where it is not expected to pay.
    pub fn committing(
        &self,
        from: usize,
        path: &[Market],
        luck: &Luck,
        expected: &[Market],
        terms: &Terms,
    ) -> Option<Vec<f64>> {
        let contract = self.committed?;
        let mut saved = vec![0.0; path.len()];
        let (mut month, mut signed) = (from, false);
        while month < path.len() {
            let ahead: Vec<Market> = (month..path.len())
                .map(|later| Market {
                    price: expected[later].price / expected[month].price,
                    volume: expected[later].volume / expected[month].volume.max(1e-9),
                    rent: 1.0,
                })
                .collect();
            // Nobody knows the throughput of machines before they run, and they are set up once.
            let (known, once) = if signed { (*luck, 0.0) } else { (EXPECTED, self.people.setup) };
            let (replicas, worth) = self.best_contract(&path[month], &known, &ahead, terms, once);
            if worth <= 0.0 {
                break;
            }
            if !signed {
                saved[month] -= self.people.setup * luck.staff;
            }
            signed = true;
            let locked = contract.month * path[month].rent;
            let end = month + contract.term as usize;
            for (saved, market) in saved.iter_mut().zip(path).take(end).skip(month) {
                *saved +=
                    self.gained(replicas, market, luck) - replicas * locked - self.people(replicas, luck);
            }
            if let Some(left) = end.checked_sub(path.len()) {
                let last = path.len() - 1;
                let worth = contract.month * path[last].rent;
                saved[last] -= left as f64 * replicas * (locked - worth).max(0.0);
            }
            month = end;
        }
        signed.then_some(saved)
    }
}

/// Months that one stands for where a contract is weighed.
const QUARTER: usize = 3;

/// Present value of what comes at the end of each month.
pub fn present(months: &[f64], interest: f64) -> f64 {
    months.iter().enumerate().map(|(month, dollars)| dollars / (1.0 + interest).powi(month as i32 + 1)).sum()
}

#[cfg(test)]
mod tests;
