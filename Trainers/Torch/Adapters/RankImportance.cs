namespace MLPipes.Trainers.Torch;

/// <summary>How much each singular value of one matrix matters: smoothed sensitivity times smoothed uncertainty, its vectors' means added.</summary>
/// <remarks>Source: Zhang et al., ICLR 2023, equations 8 to 11, with their β₁ = β₂ = 0.85.</remarks>
internal sealed class RankImportance(int rank, int inputs, int outputs)
{
    private const float Smooth = 0.85f;

    private readonly float[][] sensitivity = [new float[rank], new float[rank * inputs], new float[rank * outputs]];
    private readonly float[][] uncertainty = [new float[rank], new float[rank * inputs], new float[rank * outputs]];

    /// <summary>Receives |weight · gradient| of Λ, A and B.</summary>
    public float[][] Latest { get; } = [new float[rank], new float[rank * inputs], new float[rank * outputs]];

    /// <summary>Takes <see cref="Latest"/> into the smoothed values.</summary>
    public void Observe()
    {
        for (int matrix = 0; matrix < Latest.Length; matrix++)
        {
            (float[] now, float[] mean, float[] spread) = (Latest[matrix], sensitivity[matrix], uncertainty[matrix]);
            for (int i = 0; i < now.Length; i++)
            {
                mean[i] = Smooth * mean[i] + (1 - Smooth) * now[i];
                spread[i] = Smooth * spread[i] + (1 - Smooth) * Math.Abs(now[i] - mean[i]);
            }
        }
    }

    /// <summary>One score a singular value.</summary>
    public double[] Scores()
    {
        double[] scores = new double[rank];
        for (int r = 0; r < rank; r++)
        {
            double right = 0, left = 0;
            for (int i = 0; i < inputs; i++) right += sensitivity[1][r * inputs + i] * uncertainty[1][r * inputs + i];
            for (int o = 0; o < outputs; o++) left += sensitivity[2][o * rank + r] * uncertainty[2][o * rank + r];
            scores[r] = sensitivity[0][r] * uncertainty[0][r] + right / inputs + left / outputs;
        }
        return scores;
    }
}
