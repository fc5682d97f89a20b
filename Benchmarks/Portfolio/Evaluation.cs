namespace MLPipes.Benchmarks;

/// <summary>What one configuration came to on one learning set.</summary>
/// <param name="Problem">Why there are no predictions; null where there are.</param>
/// <param name="Seconds">Processor seconds of fitting and scoring, summed over the set's parts.</param>
/// <param name="Weigh">[rows × outputs]: predictions of the rows that ensembles are weighed by.</param>
/// <param name="Judge">[rows × outputs]: predictions of the rows that judge.</param>
internal sealed record Evaluation(string? Problem, double Seconds, float[] Weigh, float[] Judge)
{
    private const int Format = 1;

    /// <summary>The evaluation kept for a set and a configuration; null where there is none.</summary>
    public static Evaluation? Load(string folder, string set, string configuration)
    {
        string path = PathOf(folder, set, configuration);
        if (!File.Exists(path)) return null;
        using BinaryReader reader = new(File.OpenRead(path));
        if (reader.ReadInt32() != Format) return null;
        string problem = reader.ReadString();
        return new Evaluation(problem.Length == 0 ? null : problem, reader.ReadDouble(), Floats(reader), Floats(reader));
    }

    /// <summary>Keeps it, whole or not at all.</summary>
    public void Save(string folder, string set, string configuration)
    {
        string path = PathOf(folder, set, configuration), half = $"{path}.{Environment.ProcessId}";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (BinaryWriter writer = new(File.Create(half)))
        {
            writer.Write(Format);
            writer.Write(Problem ?? "");
            writer.Write(Seconds);
            foreach (float[] values in new[] { Weigh, Judge })
            {
                writer.Write(values.Length);
                foreach (float value in values) writer.Write(value);
            }
        }
        File.Move(half, path, overwrite: true);
    }

    private static string PathOf(string folder, string set, string configuration) => Path.Combine(folder, set, configuration + ".eval");

    private static float[] Floats(BinaryReader reader)
    {
        float[] values = new float[reader.ReadInt32()];
        for (int i = 0; i < values.Length; i++) values[i] = reader.ReadSingle();
        return values;
    }
}
