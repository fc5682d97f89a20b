using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>A training set that lies in files of the study's scratch folder: features in one, label and weights in another.</summary>
/// <param name="Matrix">Number of the features' file.</param>
/// <param name="Target">Number of the label's file.</param>
internal readonly record struct SetReference(int Matrix, int Target)
{
    /// <summary>Where features lie.</summary>
    public static string MatrixPath(string folder, int number) => Path.Combine(folder, $"matrix-{number}");

    /// <summary>Where a label and weights lie.</summary>
    public static string TargetPath(string folder, int number) => Path.Combine(folder, $"target-{number}");

    /// <summary>Writes what <see cref="Read"/> reads; null stands for none.</summary>
    public static void Write(PlainWriter writer, SetReference? set)
    {
        writer.Bool(set is not null);
        if (set is not { } there) return;
        writer.Int(there.Matrix);
        writer.Int(there.Target);
    }

    /// <summary>A reference, or null.</summary>
    public static SetReference? Read(PlainReader reader) => reader.Bool() ? new SetReference(reader.Int(), reader.Int()) : null;
}
