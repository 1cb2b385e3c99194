//! A model written out in full, as reports show it; what is written can be read back.

use std::fmt;

use super::config::{MarketModel, ModelKind};

impl fmt::Display for MarketModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())?;
        match self.kind {
            ModelKind::Auto => Ok(()),
            ModelKind::Prediction => {
                let p = &self.prediction;
                write!(
                    f,
                    ",markets={},generations={},vol={},spread={},depth={},trades={},start={},\
                     certain={},pull={}",
                    p.markets,
                    p.generations,
                    p.vol,
                    p.spread,
                    p.depth,
                    p.trades,
                    p.start,
                    p.certain,
                    p.pull
                )
            }
            ModelKind::Gbm => {
                let p = &self.gbm;
                let options =
                    [("vol", p.vol), ("half_spread_bps", p.half_spread_bps), ("price", p.price)];
                write!(
                    f,
                    ",drift={},corr={},depth={},trades={}",
                    p.drift, p.corr, p.depth, p.trades
                )?;
                for (name, value) in options {
                    if let Some(value) = value {
                        write!(f, ",{name}={value}")?;
                    }
                }
                Ok(())
            }
        }
    }
}
