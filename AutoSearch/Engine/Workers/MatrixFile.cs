using System.Runtime.InteropServices;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>A feature matrix in a temporary file: a header of plain data, then the arrays as they lie in memory.</summary>
internal static class MatrixFile
{
    // One call writes or reads at most so many values; a span of bytes can't be longer than 2 GiB.
    private const int ChunkValues = 64 << 20;

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static void Write(string path, FeatureMatrix matrix)
    {
        using MemoryStream header = new();
        PlainWriter writer = new(header);
        writer.Bool(matrix.IsSparse);
        writer.Int(matrix.Values.Length);
        writer.Int(matrix.RowStarts.Length);
        writer.Features(matrix.Features);
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(BitConverter.GetBytes((int)header.Length));
        file.Write(header.GetBuffer().AsSpan(0, (int)header.Length));
        Write(file, matrix.Values);
        Write(file, matrix.Indices);
        Write(file, matrix.RowStarts);
    }

    /// <summary>The matrix at <paramref name="path"/>.</summary>
    public static FeatureMatrix Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] length = new byte[4];
        file.ReadExactly(length);
        byte[] header = new byte[BitConverter.ToInt32(length)];
        file.ReadExactly(header);
        PlainReader reader = new(header, path);
        bool isSparse = reader.Bool();
        float[] values = new float[reader.Int()];
        int[] indices = isSparse ? new int[values.Length] : [], starts = new int[reader.Int()];
        FeatureInfo[] features = reader.Features();
        Read<float>(file, values);
        Read<int>(file, indices);
        Read<int>(file, starts);
        return isSparse ? FeatureMatrix.Sparse(values, indices, starts, features) : FeatureMatrix.Dense(values, features);
    }

    private static void Write<T>(FileStream file, ReadOnlySpan<T> values) where T : unmanaged
    {
        for (; values.Length > 0; values = values[Math.Min(ChunkValues, values.Length)..])
            file.Write(MemoryMarshal.AsBytes(values[..Math.Min(ChunkValues, values.Length)]));
    }

    private static void Read<T>(FileStream file, Span<T> values) where T : unmanaged
    {
        for (; values.Length > 0; values = values[Math.Min(ChunkValues, values.Length)..])
            file.ReadExactly(MemoryMarshal.AsBytes(values[..Math.Min(ChunkValues, values.Length)]));
    }
}
