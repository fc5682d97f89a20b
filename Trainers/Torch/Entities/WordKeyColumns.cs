using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>The labels of a sentence's words behind the columns of one ML.NET schema.</summary>
internal sealed class WordKeyColumns : IAddedColumns
{
    private readonly NamedEntityTransformer transformer;

    /// <exception cref="TableException">The sentence is missing or no text.</exception>
    public WordKeyColumns(NamedEntityTransformer transformer, DataViewSchema input)
    {
        (this.transformer, InputSchema, Sources) = (transformer, input, [input.NeededText(transformer.Sentence)]);
        DataViewSchema.Builder builder = new();
        builder.AddColumns(input);
        (DataViewType type, DataViewSchema.Annotations annotations) = transformer.OutputColumn();
        builder.AddColumn(transformer.Output, type, annotations);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IReadOnlyList<DataViewSchema.Column> Sources { get; }

    public Func<DataViewSchema.Column, Delegate> Getters(DataViewRow input)
    {
        ValueGetter<ReadOnlyMemory<char>> sentence = input.GetGetter<ReadOnlyMemory<char>>(Sources[0]);
        ReadOnlyMemory<char> text = default;
        ValueGetter<VBuffer<uint>> labels = (ref VBuffer<uint> value) =>
        {
            sentence(ref text);
            transformer.Label(text, ref value);
        };
        return _ => labels;
    }
}
