using System.Text.RegularExpressions;

namespace MLPipes.Trainers.Torch;

/// <summary>Which versions of libtorch fit TorchSharp's native library, and which one a folder holds.</summary>
internal static partial class LibtorchVersion
{
    /// <summary>The version that TorchSharp was built with and that its package brings.</summary>
    public const string Built = "2.10.0";

    /// <summary>The versions that fit, for people.</summary>
    public const string Fitting = "2.10 or 2.11";

    private const int LongestNote = 1 << 16;

    private static readonly (int Major, int Minor)[] fitting = [(2, 10), (2, 11)];

    /// <summary>The version that the files beside a folder of libraries tell: <c>version.py</c> of a Python install, <c>build-version</c> of libtorch's archive; null where none does.</summary>
    public static string? Of(string libraries)
    {
        foreach (string folder in (string[])[Path.Combine(libraries, ".."), libraries])
        {
            if (Read(Path.Combine(folder, "version.py")) is { } python && PythonVersion().Match(python) is { Success: true } match) return match.Groups[1].Value;
            if (Read(Path.Combine(folder, "build-version")) is { } archive) return archive.Trim();
        }
        return null;
    }

    /// <summary>Refuses a version that does not fit; one that nothing tells passes, for its symbols are checked as well.</summary>
    /// <exception cref="TorchException">It does not fit.</exception>
    public static void Check(string? version, string folder)
    {
        if (version is null) return;
        Match match = Numbers().Match(version);
        if (match.Success && fitting.Any(f => match.Groups[1].Value == $"{f.Major}" && match.Groups[2].Value == $"{f.Minor}")) return;
        throw new TorchException($"{TorchFolders.Setting}: {folder} holds libtorch {version}, expected {Fitting}. "
            + "Install a version that fits (pip install \"torch==2.11.*\") and name its torch/lib, or unset the variable to use the installed libtorch.");
    }

    private static string? Read(string path)
    {
        FileInfo file = new(path);
        return file.Exists && file.Length <= LongestNote ? File.ReadAllText(path) : null;
    }

    [GeneratedRegex("""^__version__\s*(?::\s*\w+\s*)?=\s*['"]([^'"]+)['"]""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex PythonVersion();

    [GeneratedRegex(@"^(\d+)\.(\d+)(\D|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
