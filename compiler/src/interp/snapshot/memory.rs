//! The parts of the memory, each under the name that it is known by.

use std::collections::BTreeMap;

use strat_runtime::snapshot::{Field, Keep, Mismatch, Plain, Value};

use super::super::memory::{DomainCell, Memory, StreamCell};
use super::super::node::{Node, is_count};
use super::super::program::{Code, Program};
use super::cell::Cells;
use crate::ir::{Cell, DomainId, Ir, StateId, StreamId, Ty, UniverseId};
use crate::layout::Layout;

/// Far more than any session has; a number beyond it is damage.
const INSTRUMENTS_MAX: u32 = 1 << 20;

impl Memory {
    /// A state variable, or what each member has of it.
    pub(super) fn state_value(&self, cells: &Cells<'_>, id: StateId, ir: &Ir) -> Value {
        let (state, declared) = (&self.states[id.index()], &ir.states[id.index()]);
        if declared.per.is_none() {
            return cells.save(state.value, declared.ty.kind);
        }
        let of = |(at, cell): (u32, &Option<Cell>)| {
            let value = cells.save((*cell)?, declared.ty.kind);
            Some(Value::List(vec![at.to_value(), value]))
        };
        Value::List((0..).zip(&state.members).filter_map(of).collect())
    }

    pub(super) fn load_state(
        &mut self,
        cells: &Cells<'_>,
        id: StateId,
        ir: &Ir,
        value: &Value,
    ) -> Result<(), Mismatch> {
        let (state, declared) = (&mut self.states[id.index()], &ir.states[id.index()]);
        if declared.per.is_none() {
            state.value = cells.load(value, declared.ty)?;
            return Ok(());
        }
        state.members.clear();
        for entry in value.as_list()? {
            let [member, value] = entry.as_list()? else { return Err(entry.is_no("a member")) };
            let member = instrument(member)? as usize;
            let cell = cells.load(value, declared.ty)?;
            if state.members.len() <= member {
                state.members.resize(member + 1, None);
            }
            state.members[member] = Some(cell);
        }
        Ok(())
    }

    pub(super) fn save(&self, program: &Program, layout: &Layout, cells: &Cells<'_>) -> Vec<Field> {
        let ir = &program.ir;
        let mut fields = vec![Field::part("step", self.step.to_value())];
        for (universe, members) in ir.universes.iter().zip(&self.universes) {
            let name = format!("universe {}", universe.decl.name);
            fields.push(Field::new(name, String::new(), members.now.to_value()));
        }
        for (index, (name, ty)) in layout.domains.iter().enumerate() {
            let id = DomainId(index as u32);
            let value = match ir.universe_of(id) {
                None => domain_value(&self.domains[index]),
                Some(universe) => {
                    self.each_member(universe, |place| domain_value(self.members.domain(id, place)))
                }
            };
            fields.push(Field::new(format!("clock {name}"), ty.clone(), value));
        }
        for (index, ty) in layout.streams.iter().enumerate() {
            let (id, stream) = (StreamId(index as u32), &ir.streams[index]);
            let node = node_of(program, id);
            let kind = stream.ty.kind;
            let value = match ir.universe_of(stream.domain) {
                None => {
                    let node = node.map(|node| &self.nodes[node]);
                    stream_value(cells, &self.streams[index], node, stream.ty)
                }
                Some(universe) => self.each_member(universe, |place| {
                    let node = node.map(|node| self.members.node(node, place));
                    stream_value(
                        cells,
                        self.members.stream(id, place),
                        node,
                        Ty { kind, ..stream.ty },
                    )
                }),
            };
            fields.push(Field::new(format!("stream {}", stream.name), ty.clone(), value));
        }
        for (state, stream) in &layout.nodes {
            let name = format!("node {}", ir.states[state.index()].name);
            let ty = layout.streams[stream.index()].clone();
            fields.push(Field::new(name, ty, self.state_value(cells, *state, ir)));
        }
        fields
    }

    fn each_member(&self, universe: UniverseId, of: impl Fn(usize) -> Value) -> Value {
        let members = self.members.members(universe);
        let entry = |(member, place): (u32, usize)| Value::List(vec![member.to_value(), of(place)]);
        Value::List(members.map(entry).collect())
    }

    /// Takes over what has the same name and computes the same; the rest is as at the start.
    pub(super) fn load(
        &mut self,
        program: &Program,
        layout: &Layout,
        cells: &Cells<'_>,
        fields: &[Field],
    ) -> Result<(), Mismatch> {
        let ir = &program.ir;
        let known: BTreeMap<&str, &Field> =
            fields.iter().map(|field| (field.name.as_ref(), field)).collect();
        if let Some(step) = known.get("step") {
            self.step = u64::from_value(&step.value).map_err(|it| it.within("step"))?;
        }
        if !is_count(self.step) {
            return Err(Mismatch::new("it is out of range").within("step"));
        }
        self.load_universes(program, &known)?;
        let same = |name: &str, ty: &str| {
            known.get(name).filter(|field| field.ty == *ty).map(|field| &field.value)
        };
        let mut carried = vec![true; ir.domains.len()];
        for (index, ty) in layout.streams.iter().enumerate() {
            let stream = &ir.streams[index];
            let name = format!("stream {}", stream.name);
            match same(&name, ty) {
                Some(value) => self
                    .load_stream(program, cells, StreamId(index as u32), value)
                    .map_err(|mismatch| mismatch.within(&name))?,
                None => carried[stream.domain.index()] = false,
            }
        }
        for (index, (name, ty)) in layout.domains.iter().enumerate() {
            let name = format!("clock {name}");
            if let (Some(value), true) = (same(&name, ty), carried[index]) {
                self.load_domain(ir, DomainId(index as u32), value)
                    .map_err(|mismatch| mismatch.within(&name))?;
            }
        }
        for (state, stream) in &layout.nodes {
            let name = format!("node {}", ir.states[state.index()].name);
            if let Some(value) = same(&name, &layout.streams[stream.index()]) {
                self.load_state(cells, *state, ir, value)
                    .map_err(|mismatch| mismatch.within(&name))?;
            }
        }
        Ok(())
    }

    /// Members keep their places in the universe; what is kept for each of them begins anew, and is
    /// filled in afterwards.
    fn load_universes(
        &mut self,
        program: &Program,
        known: &BTreeMap<&str, &Field>,
    ) -> Result<(), Mismatch> {
        for (index, universe) in program.ir.universes.iter().enumerate() {
            let name = format!("universe {}", universe.decl.name);
            let Some(field) = known.get(name.as_str()) else { continue };
            let members = field
                .value
                .as_list()
                .and_then(|list| list.iter().map(instrument).collect::<Result<Vec<u32>, _>>());
            let members = members.map_err(|mismatch| mismatch.within(&name))?;
            let mut sorted = members.clone();
            sorted.sort_unstable();
            sorted.dedup();
            if sorted.len() != members.len() {
                return Err(Mismatch::new("a member is there twice").within(&name));
            }
            let code = &program.members[index];
            if !code.streams.is_empty() {
                let id = UniverseId(index as u32);
                self.members.enter(id, &members, code, &program.start.nodes);
            }
            self.universes[index].now = members;
        }
        self.members.commit();
        Ok(())
    }

    fn load_domain(&mut self, ir: &Ir, id: DomainId, value: &Value) -> Result<(), Mismatch> {
        let Some(universe) = ir.universe_of(id) else {
            self.domains[id.index()] = domain_cell(value)?;
            return Ok(());
        };
        for entry in value.as_list()? {
            let (member, value) = member_entry(entry)?;
            if let Some(place) = self.members.place(universe, member as usize) {
                *self.members.domain_mut(id, place) = domain_cell(value)?;
            }
        }
        Ok(())
    }

    fn load_stream(
        &mut self,
        program: &Program,
        cells: &Cells<'_>,
        id: StreamId,
        value: &Value,
    ) -> Result<(), Mismatch> {
        let stream = &program.ir.streams[id.index()];
        let node = node_of(program, id);
        let Some(universe) = program.ir.universe_of(stream.domain) else {
            let memory = node.map(|node| &mut self.nodes[node]);
            self.streams[id.index()] = stream_cell(cells, value, memory, stream.ty)?;
            return Ok(());
        };
        for entry in value.as_list()? {
            let (member, value) = member_entry(entry)?;
            if let Some(place) = self.members.place(universe, member as usize) {
                let memory = node.map(|node| self.members.node_mut(node, place));
                let cell = stream_cell(cells, value, memory, stream.ty)?;
                *self.members.stream_mut(id, place) = cell;
            }
        }
        Ok(())
    }
}

fn node_of(program: &Program, id: StreamId) -> Option<usize> {
    match program.streams[id.index()].op {
        Code::Node { node, .. } => Some(node),
        Code::Expr(_) | Code::Guard(_) | Code::Next(..) => None,
    }
}

fn domain_value(cell: &DomainCell) -> Value {
    (cell.ticks, cell.at).to_value()
}

fn domain_cell(value: &Value) -> Result<DomainCell, Mismatch> {
    let (ticks, at) = Plain::from_value(value)?;
    if is_count(ticks) { Ok(DomainCell { ticks, at }) } else { Err(value.is_no("a count")) }
}

/// The value, when it was new and when it was looked for, and what its node remembers.
fn stream_value(cells: &Cells<'_>, cell: &StreamCell, node: Option<&Node>, ty: Ty) -> Value {
    let node = match node {
        Some(Node::Lag(lag)) => {
            Value::List(lag.values().map(|value| cells.save(value, ty.kind)).collect())
        }
        Some(node) => node.save(),
        None => Value::None,
    };
    let value = cells.save(cell.value, ty.kind);
    Value::List(vec![value, cell.fresh.to_value(), cell.touched.to_value(), node])
}

fn stream_cell(
    cells: &Cells<'_>,
    value: &Value,
    memory: Option<&mut Node>,
    ty: Ty,
) -> Result<StreamCell, Mismatch> {
    let [last, fresh, touched, node] = value.as_list()? else {
        return Err(value.is_no("a stream"));
    };
    let ty = Ty { optional: true, ..ty };
    match memory {
        Some(Node::Lag(lag)) => {
            let values = node.as_list()?.iter().map(|value| cells.load(value, ty));
            if !lag.refill(&values.collect::<Result<Vec<_>, _>>()?) {
                return Err(Mismatch::new("it holds more values than it keeps"));
            }
        }
        Some(memory) => memory.load(node)?,
        None => {}
    }
    let value = cells.load(last, ty)?;
    let (fresh, touched) = (u64::from_value(fresh)?, u64::from_value(touched)?);
    Ok(StreamCell { value, fresh, touched, ..StreamCell::EMPTY })
}

fn member_entry(entry: &Value) -> Result<(u32, &Value), Mismatch> {
    match entry.as_list()? {
        [member, value] => Ok((instrument(member)?, value)),
        _ => Err(entry.is_no("a member")),
    }
}

fn instrument(value: &Value) -> Result<u32, Mismatch> {
    match u32::from_value(value)? {
        id if id < INSTRUMENTS_MAX => Ok(id),
        _ => Err(Mismatch::new("the number of an instrument is out of range")),
    }
}
