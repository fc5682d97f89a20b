namespace MLPipes;

/// <summary>Base of every error that mlpipes raises on purpose; its message says what, where, found, expected and the next step.</summary>
public abstract class MLPipesException : Exception
{
    private protected MLPipesException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>Options that are out of their legal range or contradict each other; all problems are reported at once.</summary>
public sealed class OptionsException(string owner, IReadOnlyList<string> problems)
    : MLPipesException($"{owner}: {string.Join(" ", problems)}")
{
    /// <summary>One sentence per problem.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>A model file that is damaged, of another version, or not a model at all.</summary>
public sealed class BundleException(string message, Exception? inner = null) : MLPipesException(message, inner);

/// <summary>A study that cannot start or go on: no usable rows, no trial finished, a journal that cannot be written.</summary>
public sealed class StudyException(string message, Exception? inner = null) : MLPipesException(message, inner);

/// <summary>A trainer that can't learn from what it was given, for a reason that lies in the data.</summary>
public sealed class TrainingException(string trainer, string problem, Exception? inner = null)
    : MLPipesException($"{trainer}: {problem}", inner);
