namespace MLPipes.Trainers;

/// <summary>One fit, with every default settled.</summary>
/// <param name="Step">Loss and activation.</param>
/// <param name="Rate">Highest learning rate.</param>
/// <param name="Decay">Weight decay.</param>
/// <param name="Dropout">Share of hidden values left out.</param>
/// <param name="Deviation">Of the frequencies of periodic features.</param>
/// <param name="Epochs">Passes over the rows.</param>
internal sealed record NetPlan(NetStepOptions Step, double Rate, double Decay, double Dropout, double Deviation, int Epochs)
{
    private const int MostBatch = 256, LeastBatch = 32, LeastEpochs = 10, MostEpochs = 100;

    // About six seconds of one core of 2024.
    private const double UsualFlops = 4e11;

    /// <summary>Rows of a batch: at least 4 batches an epoch where there are enough rows.</summary>
    public static int BatchOf(int rows) => Math.Clamp(rows / 4 / LeastBatch * LeastBatch, LeastBatch, MostBatch);

    /// <summary>Passes that take about so many operations, between <paramref name="least"/> and 100.</summary>
    public static int UsualEpochs(double rows, double weights, double flops = UsualFlops, int least = LeastEpochs) => (int)Math.Clamp(flops / (6 * rows * weights), least, MostEpochs);

    /// <summary>Weights of a network with <paramref name="layers"/> hidden layers of <paramref name="width"/> units.</summary>
    public static double WeightCount(double inputs, int width, int layers, int outputs) =>
        layers == 0 ? inputs * outputs : (inputs * width) + ((double)width * width * (layers - 1)) + ((double)width * outputs);
}
