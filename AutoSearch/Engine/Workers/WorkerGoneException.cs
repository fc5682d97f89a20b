namespace MLPipes.AutoSearch;

/// <summary>A worker had ended before it could take a fit; another one can.</summary>
internal sealed class WorkerGoneException : Exception;
