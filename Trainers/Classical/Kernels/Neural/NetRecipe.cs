namespace MLPipes.Trainers;

/// <summary>How a network is begun and moved: what belongs to a way of training as a whole.</summary>
/// <param name="Schedule">What changes as training goes on.</param>
/// <param name="Start">How weights are drawn.</param>
/// <param name="Beta2">What Adam keeps of the mean of squares.</param>
internal sealed record NetRecipe(INetSchedule Schedule, NetStart Start, double Beta2)
{
    /// <summary>Most length of the gradient of all parameters together.</summary>
    public double MostNorm { get; init; } = double.PositiveInfinity;

    /// <summary>Whether weights move by √inputs less, as W = w / √inputs of the neural tangent parametrisation has it.</summary>
    public bool FollowsWidth { get; init; }

    /// <summary>Rate of the factors of inputs, relative to the weights'.</summary>
    public double ScaleRate { get; init; } = 1;

    /// <summary>Rate of biases.</summary>
    public double BiasRate { get; init; } = 1;

    /// <summary>Rate of the bends of units.</summary>
    public double SlopeRate { get; init; }

    /// <summary>Rate of periodic parameters.</summary>
    public double PeriodRate { get; init; }

    /// <summary>That of RealMLP: Holzmüller, Grinsztajn and Steinwart, Better by Default, NeurIPS 2024, section 3 and appendix A.</summary>
    public static NetRecipe RealMlp { get; } = new(new NetWaves(), NetStart.Settled, Beta2: 0.95) { FollowsWidth = true, ScaleRate = 6, BiasRate = 0.1, SlopeRate = 0.1, PeriodRate = 0.1 };

    /// <summary>That of TabM: Gorishniy, Kotelnikov and Babenko, TabM, ICLR 2025, appendix; the rate falls here.</summary>
    /// <param name="patience">Epochs without gain that end the fit.</param>
    public static NetRecipe TabM(int patience) => new(new NetDecline(patience), NetStart.Uniform, Beta2: 0.999) { MostNorm = 1 };
}

/// <summary>How the weights of a network begin.</summary>
internal enum NetStart
{
    /// <summary>Normal, then scaled so that each layer's sums over some rows have deviation 1; biases normal; a last layer of zeros.</summary>
    Settled,
    /// <summary>Uniform within 1 / √inputs, the last layer's too, biases likewise: He et al., Delving Deep into Rectifiers, ICCV 2015, as PyTorch's linear layers have it.</summary>
    Uniform,
}
