// Runs before the page is drawn, so that what needs scripts does not flash. govuk-frontend looks for these classes; its
// own template sets them by an inline script, which the content security policy of this service forbids.
document.body.className +=
  " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
