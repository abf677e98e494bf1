import pytest

from invite_core.operators import LISTENER, SENDER, Operator, Role, ViewerMayNotAct


@pytest.mark.parametrize("operator", [Operator("Mia"), Operator("Mia", Role.ORGANISER), LISTENER, SENDER])
def test_everyone_but_a_viewer_may_act(operator: Operator) -> None:
    operator.may_act("send invitations")


def test_viewer_is_told_what_he_may_not_do_and_whom_to_ask() -> None:
    with pytest.raises(ViewerMayNotAct) as refused:
        Operator("Mia", Role.VIEWER).may_act("send invitations")
    assert refused.value.sentence == "Mia is a viewer and may not send invitations."
    assert "organiser" in refused.value.todo


def test_operator_acts_as_organiser_unless_said_otherwise() -> None:
    assert Operator("Mia").role is Role.ORGANISER
