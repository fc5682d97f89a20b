using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Pipelines;

/// <summary>Writes vectors into ML.NET's cells and annotations.</summary>
internal static class CellVectors
{
    /// <summary>Makes <paramref name="cell"/> hold <paramref name="values"/>, in the memory that it has where that is enough.</summary>
    public static void Set<T>(ref VBuffer<T> cell, ReadOnlySpan<T> values)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref cell, values.Length);
        values.CopyTo(editor.Values);
        cell = editor.Commit();
    }

    /// <summary>Adds an annotation that holds texts, such as the names of keys or of slots.</summary>
    public static void AddTexts(this DataViewSchema.Annotations.Builder builder, string name, IReadOnlyList<string> values)
    {
        ReadOnlyMemory<char>[] texts = [.. values.Select(v => v.AsMemory())];
        builder.Add(name, new VectorDataViewType(TextDataViewType.Instance, texts.Length), (ref VBuffer<ReadOnlyMemory<char>> value) => Set(ref value, texts));
    }
}
