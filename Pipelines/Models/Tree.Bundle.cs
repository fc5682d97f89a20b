namespace MLPipes.Pipelines;

public sealed partial class Tree
{
    private const int DefaultLeftFlag = 1, MissingShift = 1, MissingMask = 3, CategoryFlag = 8;
    private const int SharedLeaves = 1, LinearLeaves = 2;

    internal void Write(PlainWriter writer)
    {
        writer.Ints(SplitFeature);
        writer.Floats(Threshold);
        writer.Ints(Left);
        writer.Ints(Right);
        writer.Doubles(LeafValues);
        byte[] flags = new byte[InnerCount];
        for (int node = 0; node < flags.Length; node++)
        {
            int missing = (int)(Missing?[node] ?? MissingType.NaN) << MissingShift;
            flags[node] = (byte)(missing | (DefaultLeft?[node] == true ? DefaultLeftFlag : 0) | (CategoriesLeft?[node] is null ? 0 : CategoryFlag));
        }
        writer.Bytes(flags);
        foreach (int[]? codes in CategoriesLeft ?? [])
            if (codes is not null) writer.Ints(codes);
        writer.Int((LeafRows is null ? 0 : SharedLeaves) | (Lines is null ? 0 : LinearLeaves));
        if (LeafRows is not null) writer.Ints(LeafRows);
        Lines?.Write(writer);
    }

    // Reads sizes only; what the numbers mean is checked by FindProblem.
    internal static Tree Read(PlainReader reader, bool leafKinds)
    {
        int[] features = reader.Ints();
        float[] thresholds = reader.Floats(features.Length);
        int[] left = reader.Ints(features.Length), right = reader.Ints(features.Length);
        double[] leaves = reader.Doubles();
        byte[] flags = reader.Bytes();
        if (flags.Length != features.Length) throw reader.Damaged($"{flags.Length} flags for {features.Length} nodes");
        bool[] defaultLeft = new bool[flags.Length];
        MissingType[] missing = new MissingType[flags.Length];
        int[]?[]? categories = null;
        for (int node = 0; node < flags.Length; node++)
        {
            defaultLeft[node] = (flags[node] & DefaultLeftFlag) != 0;
            missing[node] = (MissingType)((flags[node] >> MissingShift) & MissingMask);
            if (flags[node] > (CategoryFlag | (MissingMask << MissingShift) | DefaultLeftFlag)) throw reader.Damaged($"{flags[node]} is no set of flags");
            if ((flags[node] & CategoryFlag) != 0) (categories ??= new int[]?[flags.Length])[node] = reader.Ints();
        }
        int kinds = leafKinds ? reader.Int(0, SharedLeaves | LinearLeaves) : 0;
        return new Tree
        {
            SplitFeature = features, Threshold = thresholds, Left = left, Right = right, LeafValues = leaves,
            DefaultLeft = defaultLeft, Missing = missing, CategoriesLeft = categories,
            LeafRows = (kinds & SharedLeaves) != 0 ? reader.Ints() : null, Lines = (kinds & LinearLeaves) != 0 ? LeafLines.Read(reader) : null,
        };
    }
}
