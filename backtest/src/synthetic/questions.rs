//! What synthetic prediction markets ask.

use super::rng::Random;

/// Hands out questions without repeating one.
#[derive(Debug, Clone)]
pub(crate) struct Questions {
    order: Vec<usize>,
    taken: usize,
}

impl Questions {
    pub(crate) fn new(random: &mut Random) -> Self {
        let mut order: Vec<usize> = (0..TEMPLATES.len()).collect();
        for last in (1..order.len()).rev() {
            let other = random.below(last + 1);
            order.swap(last, other);
        }
        Self { order, taken: 0 }
    }

    /// The next question. After one round the series goes on: `..., week 2`.
    pub(crate) fn take(&mut self) -> String {
        let round = self.taken / self.order.len().max(1);
        let place = self.taken % self.order.len().max(1);
        self.taken += 1;
        let template = self.order.get(place).and_then(|&at| TEMPLATES.get(at));
        let Some((text, series)) = template else { return String::new() };
        if round == 0 { (*text).to_owned() } else { format!("{text} ({series} {})", round + 1) }
    }
}

/// Question, and what its repetitions count.
const TEMPLATES: [(&str, &str); 42] = [
    ("NFL: Bills vs Jets", "week"),
    ("NFL: Chiefs vs Ravens", "week"),
    ("NBA: Lakers vs Celtics", "game"),
    ("NBA: Nuggets vs Suns", "game"),
    ("Premier League: Arsenal vs Everton", "matchday"),
    ("EPL: Leeds vs Fulham, over 2.5 goals?", "matchday"),
    ("Dota 2: Spirit vs Liquid", "map"),
    ("Counter Strike: Vitality vs Mouz", "map"),
    ("MMA: will the main event go the distance?", "card"),
    ("Tennis: will the top seed win the final?", "tournament"),
    ("Will US inflation exceed 3% in the next report?", "report"),
    ("Will US unemployment rise above 4.5%?", "report"),
    ("Will the Fed cut rates at its next meeting?", "meeting"),
    ("Will the ECB hold rates at its next meeting?", "meeting"),
    ("Will the Bank of Japan raise rates?", "meeting"),
    ("Will US payrolls beat the consensus?", "report"),
    ("Will German GDP shrink this quarter?", "quarter"),
    ("Will the ten-year yield close above 4.5%?", "week"),
    ("Will oil close above 80 dollars?", "week"),
    ("Will gold set a new record?", "month"),
    ("Will Bitcoin close above its monthly open?", "month"),
    ("Will Ethereum outperform Bitcoin this week?", "week"),
    ("Will a spot Solana fund see net inflows?", "week"),
    ("Will the S&P 500 close higher on Friday?", "week"),
    ("Will the incumbent win the special election?", "district"),
    ("Will the budget pass the lower house?", "vote"),
    ("Will the government shut down?", "deadline"),
    ("Will the minister resign before the deadline?", "deadline"),
    ("Will the court uphold the ruling?", "case"),
    ("Will turnout exceed 60%?", "election"),
    ("Will the coalition agree on a candidate?", "round"),
    ("Will the treaty be ratified?", "country"),
    ("Will it rain in London on Saturday?", "week"),
    ("Will New York reach 30 degrees?", "week"),
    ("Will a named storm make landfall in Florida?", "storm"),
    ("Will this month be the warmest on record?", "month"),
    ("Will the rocket launch on schedule?", "launch"),
    ("Will the film open above 100 million?", "film"),
    ("Will the album reach number one?", "album"),
    ("Will the model be released before its rival?", "release"),
    ("Will the merger close on time?", "deal"),
    ("Will the carrier miss its delivery target?", "quarter"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_question_is_asked_twice() {
        let mut questions = Questions::new(&mut Random::new(1, 0));
        let mut asked: Vec<String> = (0..1_000).map(|_| questions.take()).collect();
        asked.sort();
        assert!(asked.windows(2).all(|pair| pair.first() != pair.last()), "{asked:?}");
        assert!(TEMPLATES.iter().all(|(text, _)| asked.iter().any(|a| a == text)));
    }
}
