// Before anything is painted: whether scripts run, and the theme that was chosen here before.
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("journeyai-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // A page opened from disk may not be allowed to keep anything.
}
