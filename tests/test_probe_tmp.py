import datetime, time
from hypothesis import given, settings, strategies as st, HealthCheck
from dataclasses import replace
from gse_skills.rebuild import derive

@settings(max_examples=150, deadline=None, derandomize=False)
@given(data=st.data())
def test_probe(world, histories, contents, data):
    h = data.draw(histories)
    w = world(**h.organisations)
    for today, file in h.files:
        before=w.quads()
        dry = w.bring(file, today, dry_run=True)
        assert w.quads()==before
        real = w.bring(file, today)
        assert (dry.digest, dry.counts, dry.size) == (real.digest, real.counts, real.size)
        assert contents(w.index)==contents(w.built())
        der={f"{s} {p} {o} {g}" for s,p,o,g in derive(w.store,w.framework,w.rules)}
        assert w.views()==der
        later = today if file.snapshot else today+datetime.timedelta(3)
        again = w.bring(file, later)
        assert again.size==0, again.outcomes
