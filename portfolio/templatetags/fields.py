"""How form controls get their looks in templates."""

from django import template
from django.forms import BoundField, widgets
from django.utils.safestring import SafeString

register = template.Library()

# These draw several small controls, or none that a border would suit.
_PLAIN = (widgets.CheckboxInput, widgets.RadioSelect, widgets.FileInput)


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control with the class of the style sheet, its hint and error named.

    Classes that the form gave to the widget stay.
    """
    widget = field.field.widget
    classes = [widget.attrs.get("class", "")]
    if not isinstance(widget, _PLAIN):
        classes.append("input")
    written = " ".join(filter(None, classes))
    return field.as_widget(attrs={"class": written} if written else None)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the field is one box with its words behind it."""
    return type(field.field.widget) is widgets.CheckboxInput


@register.filter
def is_file(field: BoundField) -> bool:
    """Whether the field takes a file."""
    return isinstance(field.field.widget, widgets.FileInput)


@register.filter
def first_control(field: BoundField) -> str:
    """The id that a link to the field leads to; the first of a group of choices."""
    if field.use_fieldset:
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id
