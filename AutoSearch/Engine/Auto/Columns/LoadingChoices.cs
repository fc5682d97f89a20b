namespace MLPipes.AutoSearch;

/// <summary>What the caller of column inference says about loading.</summary>
internal sealed record LoadingChoices(char? Separator, bool? AllowQuoting, bool? AllowSparse, bool TrimWhitespace, bool GroupColumns);
