using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

[TestClass]
public sealed class DamagedBytesTests
{
    private const int Mutations = 2000;

    public static IEnumerable<string> EveryKind => Samples.Keys;

    private static Dictionary<string, (byte[] Bytes, Column[] Columns)> Samples { get; } = Collect();

    [TestMethod, DynamicData(nameof(EveryKind))]
    public void Damaged_transforms_are_refused_or_still_work(string kind)
    {
        (byte[] bytes, Column[] columns) = Samples[kind];
        Random random = new(17);
        int refused = 0;

        for (int i = 0; i < Mutations; i++)
        {
            byte[] damaged = Mutate(bytes, random);
            try
            {
                ITransform loaded = Saved.Load<ITransform>(damaged);
                if (loaded.Features.Count > 1 << 16) continue;
                Column[] inputs = [.. Enumerable.Range(0, Math.Min(loaded.InputCount, 100)).Select(at => columns[at % columns.Length].Take([0, 1, 2]))];
                if (inputs.Length == loaded.InputCount) Cases.Dense(loaded, inputs);
            }
            catch (BundleException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(Mutations / 10, refused);
    }

    [TestMethod]
    public void Damaged_features_are_refused_or_still_work()
    {
        Table table = Tiny.Mixed(60);
        FittedFeatures fitted = FeaturePlan.For(table, Tiny.MixedRoles, Needs.None).Fit(table, new FeaturizerContext { Target = Tiny.Label(MLTask.Binary, 60) }).Features;
        byte[] bytes = Saved.Bytes(fitted);
        Random random = new(18);

        for (int i = 0; i < Mutations; i++)
        {
            try
            {
                FittedFeatures loaded = Saved.Load<FittedFeatures>(Mutate(bytes, random));
                if (loaded.Inputs.All(name => table.Find(name) is not null) && loaded.Features.Count < 1 << 16) loaded.Transform(table);
            }
            catch (BundleException)
            {
            }
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        byte[] damaged = [.. bytes];
        switch (random.Next(4))
        {
            case 0: return damaged[..random.Next(damaged.Length)];
            case 1: return [.. damaged, .. damaged.AsSpan(random.Next(damaged.Length))];
            case 2:
                for (int n = 1 + random.Next(4); n > 0; n--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                return damaged;
            default:
                // Lengths and counts are where damage hurts most: aligned or not, overwrite four bytes with an extreme.
                int at = random.Next(Math.Max(1, damaged.Length - 4));
                BitConverter.TryWriteBytes(damaged.AsSpan(at), random.Next(4) switch { 0 => int.MaxValue, 1 => -1, 2 => int.MinValue, _ => random.Next(1000) });
                return damaged;
        }
    }

    private static Dictionary<string, (byte[], Column[])> Collect()
    {
        Dictionary<string, (byte[], Column[])> samples = [];
        foreach (FeaturizerEntry entry in Catalog.Featurizers)
        {
            foreach (Column[] columns in Cases.Inputs(entry, 60))
            {
                foreach (FeaturizerContext context in Cases.Contexts(entry, 60))
                {
                    if (Cases.Create(entry).Fit(columns, context).Transform is not { } transform) continue;
                    byte[] bytes = Saved.Bytes(transform);
                    string kind = new PlainReader(bytes, "test").String();
                    // The smallest sample: damage then hits structure more often than payload.
                    if (!samples.TryGetValue(kind, out (byte[] Bytes, Column[]) known) || bytes.Length < known.Bytes.Length) samples[kind] = (bytes, columns);
                }
            }
        }
        return samples;
    }
}
