using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Something learned that tags words. Safe to use from several threads.</summary>
internal interface ITagModel : IPlainPart, IDisposable
{
    /// <summary>The tags it chooses from.</summary>
    TagSet Tags { get; }

    /// <summary>Scores of pairs of tags.</summary>
    Chain Chain { get; }

    /// <summary>Scores of the tags of each run's words [words × tags], in the runs' order.</summary>
    /// <param name="runs">The runs; none longer than <see cref="WordRun.MostWords"/>.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <param name="cancel">Ends the work.</param>
    float[][] Emissions(IReadOnlyList<WordRun> runs, int threads, CancellationToken cancel);

    /// <summary>Tags runs of words, in their order.</summary>
    /// <param name="runs">The runs; none longer than <see cref="WordRun.MostWords"/>.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <param name="cancel">Ends the work.</param>
    TagPrediction[] Predict(IReadOnlyList<WordRun> runs, int threads, CancellationToken cancel)
    {
        float[][] emissions = Emissions(runs, threads, cancel);
        return [.. emissions.Select((scores, i) => TagPrediction.Of(Chain, scores, runs[i].Count))];
    }

    /// <summary>Probabilities of the tags of each run's words [words × tags].</summary>
    /// <param name="runs">The runs; none longer than <see cref="WordRun.MostWords"/>.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <param name="cancel">Ends the work.</param>
    double[][] Probabilities(IReadOnlyList<WordRun> runs, int threads, CancellationToken cancel)
    {
        float[][] emissions = Emissions(runs, threads, cancel);
        double[][] probabilities = new double[runs.Count][];
        for (int i = 0; i < runs.Count; i++)
        {
            probabilities[i] = new double[emissions[i].Length];
            if (runs[i].Count > 0) Chain.Marginals(emissions[i], runs[i].Count, probabilities[i]);
        }
        return probabilities;
    }
}
