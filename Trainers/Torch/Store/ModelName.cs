using System.Text.RegularExpressions;

namespace MLPipes.Trainers.Torch;

/// <summary>A model's name on a hub, <c>organisation/name</c> or <c>name</c>; never a path.</summary>
/// <param name="Value">The name.</param>
internal sealed partial record ModelName(string Value)
{
    /// <summary>Its last part.</summary>
    public string Short => Value[(Value.IndexOf('/') + 1)..];

    /// <summary>A folder name for it.</summary>
    public string Folder => Value.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>Reads a name; null where the text is none.</summary>
    /// <remarks>The hub's own rule: letters, digits, '-', '_' and '.', no '--' or '..', at most 96 characters, and no '-' or '.' at an end.</remarks>
    public static ModelName? TryParse(string text) =>
        text.Length <= 96 && Pattern().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("--", StringComparison.Ordinal) ? new ModelName(text) : null;

    [GeneratedRegex(@"\A[A-Za-z0-9_]([\w.-]*[A-Za-z0-9_])?(/[A-Za-z0-9_]([\w.-]*[A-Za-z0-9_])?)?\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Pattern();
}
