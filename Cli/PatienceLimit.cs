namespace MLPipes.Cli;

/// <summary>What <c>--patience</c> names: trials or time without anything better.</summary>
internal sealed record PatienceLimit(int? Trials, TimeSpan? Time);
