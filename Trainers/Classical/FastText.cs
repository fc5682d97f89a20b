using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes;

/// <summary>Bags of word and n-gram embeddings under a linear layer, trained and scored in managed code.</summary>
/// <remarks>
/// The vectors of a text's words, runs of words and, of rare words, runs of characters are averaged; a linear layer over the averages of all
/// text columns and the quantities beside them gives the scores. Minimises log-loss for classes and squared error for numbers, row by row with
/// AdaGrad. Several networks that differ in their random start are trained side by side and their scores averaged, which for this model folds
/// into a single one. With a validation set the best epoch is kept and <see cref="Patience"/> epochs without gain end the fit. Results do not
/// depend on the number of threads. Time O(epochs · terms · width), memory 4 bytes a term of the rows and 8 a number of a vector.
/// Sources: Joulin, Grave, Bojanowski and Mikolov, Bag of Tricks for Efficient Text Classification, EACL 2017; leaving out words: Iyyer,
/// Manjunatha, Boyd-Graber and Daumé, Deep Unordered Composition Rivals Syntactic Methods for Text Classification, ACL 2015, section 3.1.
/// Departures: AdaGrad in place of plain steps with a falling rate, so that a refit may end at any epoch; several networks; word runs are known
/// by themselves, not by buckets, where two rows hold them.
/// </remarks>
public sealed record FastText : ITrainer<FastText>, IRoundTrainer
{
    private const int MostEpochs = 40;

    /// <summary>Numbers of a term's vector, default 24.</summary>
    [Bounds(1, 1024)]
    public int Width { get; init; } = 24;

    /// <summary>Longest run of neighbouring words that has a vector, default 2.</summary>
    [Bounds(1, 5)]
    public int MaxWords { get; init; } = 2;

    /// <summary>Most terms of a column; the most frequent are kept. Default 300,000.</summary>
    [Bounds(1, 10_000_000)]
    public int MaxTerms { get; init; } = 300_000;

    /// <summary>Learning rate. Default null: 0.05, and 0.2 for more than ten classes, of which each row teaches less.</summary>
    [Bounds(0, 100, LowIsOpen = true)]
    public double? LearningRate { get; init; }

    /// <summary>Share of a row's terms left out in each step, default 0.4.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double Dropout { get; init; } = 0.4;

    /// <summary>Networks that are averaged, default 3.</summary>
    [Bounds(1, 100)]
    public int Members { get; init; } = 3;

    /// <summary>Passes over the rows, exactly so many without a validation set. Default null: at most 40, and 10 without a validation set.</summary>
    [Bounds(1, 1_000_000)]
    public int? Epochs { get; init; }

    /// <summary>Epochs without gain on the validation set that end the fit, default 3.</summary>
    [Bounds(1, 1_000_000)]
    public int Patience { get; init; } = 3;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("fast-text", "Averaged embeddings of words and word runs under a linear layer, for text.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        Needs = Needs.WordIds | Needs.NumericOnly | Needs.NoMissing | Needs.Scaled | Needs.Dense,
        UsesWeights = true,
        StopsEarly = true,
        KeepsPartial = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<FastText> Space(DataShape data) => new SearchSpace<FastText>()
        .Log(nameof(LearningRate), 0.01, 0.5, RateFor(data), (t, v) => t with { LearningRate = v })
        .Linear(nameof(Dropout), 0, 0.8, 0.4, (t, v) => t with { Dropout = v })
        .Integer(nameof(MaxWords), 1, 4, 2, (t, v) => t with { MaxWords = v })
        .LogInteger(nameof(Width), 8, 64, 24, (t, v) => t with { Width = v });

    /// <inheritdoc/>
    public int RoundsOf(IModel model) => model is BagModel bag ? bag.Epochs : 0;

    /// <inheritdoc/>
    public ITrainer WithRounds(int rounds) => this with { Epochs = rounds };

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        double terms = (double)Math.Max(data.Tokens, data.Rows) * (MaxWords + 0.5), known = Math.Min(terms, MaxTerms), epochs = Epochs ?? MostEpochs / 3.0;
        double vectors = 4.0 * known * ((Members * Width * 2.0) + Members + Math.Max(Members * Width, data.Outputs) + 24);
        double flops = epochs * Members * ((terms * Width * 3) + (data.Rows * 8.0 * data.Outputs * (Width + data.Features)));
        return new CostHint(flops, (long)Math.Min(long.MaxValue / 4, (12 * terms) + vectors + (16.0 * data.Rows) + (1 << 20)));
    }

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        int epochs = Epochs ?? (context.Validation is null ? MostEpochs / 4 : MostEpochs);
        return new BagFit(data, new BagPlan(Width, MaxWords, MaxTerms, Members, (float)(LearningRate ?? RateFor(data.Shape)), Dropout, epochs, context.Validation is null ? int.MaxValue : Patience), context).Run();
    }

    private static double RateFor(DataShape data) => data.Classes > 10 ? 0.2 : 0.05;
}
