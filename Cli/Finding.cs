namespace MLPipes.Cli;

/// <summary>One thing that <c>doctor</c> looked at.</summary>
/// <param name="What">What it is.</param>
/// <param name="State"><c>ok</c>, <c>note</c> or <c>problem</c>.</param>
/// <param name="Found">What was found.</param>
/// <param name="Advice">What to install or change; null where nothing.</param>
internal sealed record Finding(string What, string State, string Found, string? Advice = null);
