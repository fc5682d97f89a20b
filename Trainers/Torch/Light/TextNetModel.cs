using System.Numerics.Tensors;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>A light text network as plain data: word vectors, a body that turns each text into a vector, a linear layer. Scores in managed code.</summary>
public sealed class TextNetModel : IModel, IPlainPart<TextNetModel>
{
    [ThreadStatic]
    private static Scratch? mine;

    private readonly TextVocabulary vocabulary;
    private readonly float[] table;
    private readonly ITextPart body;
    private readonly float[] head;
    private readonly float[] biases;

    /// <param name="vocabulary">Rows of the table by token.</param>
    /// <param name="table">[rows × body's inputs].</param>
    /// <param name="body">From word vectors to a vector.</param>
    /// <param name="head">[outputs × (columns · body's outputs + quantities)].</param>
    /// <param name="biases">[outputs].</param>
    /// <param name="link">From scores to predictions.</param>
    /// <param name="epochs">Passes over the rows that it was kept at.</param>
    internal TextNetModel(TextVocabulary vocabulary, float[] table, ITextPart body, float[] head, float[] biases, ILink link, int epochs)
    {
        this.vocabulary = vocabulary;
        this.table = table;
        this.body = body;
        this.head = head;
        this.biases = biases;
        Link = link;
        Epochs = epochs;
    }

    /// <inheritdoc/>
    public static string Kind => "text-net";

    /// <inheritdoc/>
    public int FeatureCount => vocabulary.Layout.Width;

    /// <inheritdoc/>
    public int OutputCount => biases.Length;

    /// <inheritdoc/>
    public ILink? Link { get; }

    /// <summary>Passes over the rows that it was kept at.</summary>
    public int Epochs { get; }

    private int Inputs => (vocabulary.Columns * body.Outputs) + vocabulary.Layout.Rest.Length;

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores)
    {
        if (mine?.Owner != vocabulary) mine = new Scratch(vocabulary, body.Inputs, Inputs);
        Scratch own = mine;
        vocabulary.Layout.Read(row, own.Tokens);
        int width = body.Inputs;
        for (int c = 0; c < vocabulary.Columns; c++)
        {
            int count = vocabulary.Read(own.Tokens, c, own.Rows);
            for (int i = 0; i < count; i++) table.AsSpan(own.Rows[i] * width, width).CopyTo(own.Words.AsSpan(i * width));
            body.Encode(own.Words, count, own.Hidden.AsSpan(c * body.Outputs, body.Outputs));
        }
        Span<float> rest = own.Hidden.AsSpan(vocabulary.Columns * body.Outputs);
        for (int i = 0; i < rest.Length; i++) rest[i] = own.Tokens.Quantity(i);
        for (int k = 0; k < biases.Length; k++) scores[k] = biases[k] + TensorPrimitives.Dot(head.AsSpan(k * own.Hidden.Length, own.Hidden.Length), own.Hidden);
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        vocabulary.Write(writer);
        writer.Part(body);
        writer.Floats(table);
        writer.Floats(biases);
        writer.Floats(head);
        writer.Int(Epochs);
        writer.Part(Link!);
    }

    /// <inheritdoc/>
    public static TextNetModel Read(PlainReader reader)
    {
        TextVocabulary vocabulary = TextVocabulary.Read(reader);
        ITextPart body = reader.Part<ITextPart>();
        float[] table = reader.Floats(), biases = reader.Floats();
        if (table.Length != (long)vocabulary.Rows * body.Inputs) throw reader.Damaged($"{table.Length} numbers for {vocabulary.Rows} word vectors of {body.Inputs}");
        long inputs = ((long)vocabulary.Columns * body.Outputs) + vocabulary.Layout.Rest.Length;
        float[] head = reader.Floats();
        if (biases.Length == 0 || head.Length != inputs * biases.Length) throw reader.Damaged($"{head.Length} weights for {biases.Length} outputs of {inputs} inputs");
        int epochs = reader.Int(0, int.MaxValue, "epochs");
        return new TextNetModel(vocabulary, table, body, head, biases, reader.Part<ILink>(), epochs);
    }

    /// <summary>What scoring a row needs, kept by each thread.</summary>
    private sealed class Scratch(TextVocabulary owner, int width, int inputs)
    {
        public TextVocabulary Owner { get; } = owner;
        public TokenRow Tokens { get; } = new(owner.Layout);
        public int[] Rows { get; } = new int[owner.MaxTokens];
        public float[] Words { get; } = new float[owner.MaxTokens * width];
        public float[] Hidden { get; } = new float[inputs];
    }
}
