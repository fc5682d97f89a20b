using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class AdaLoraTests
{
    [ClassInitialize]
    public static void Load(TestContext _) => TorchRuntime.Load();

    [TestMethod]
    public void The_budget_falls_from_the_first_ranks_to_the_target()
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny("Bert"), seed: 3);
        using AdaLoraAdaptation adaptation = new(new AdaptationOptions { Rank = 4, BudgetStart = 0.1, BudgetEnd = 0.7 });
        adaptation.Attach(encoder, seed: 1);

        int[] budgets = [.. Enumerable.Range(0, 100).Select(step => adaptation.Budget(step, 100))];

        Assert.AreEqual(18 * 6, budgets[0]);
        Assert.AreEqual(18 * 4, budgets[70]);
        Assert.AreEqual(18 * 4, budgets[99]);
        Assert.AreEqual(18 * 4 + 18 * 2 / 8, budgets[40]);
        for (int step = 1; step < 100; step++) Assert.IsLessThanOrEqualTo(budgets[step - 1], budgets[step]);
    }

    [TestMethod]
    public void Ranks_go_to_the_layers_that_matter()
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny("Bert"), seed: 3);
        using AdaLoraAdaptation adaptation = new(new AdaptationOptions { Rank = 2, Linears = AdaptedLinears.Attention, Dropout = 0 });
        adaptation.Attach(encoder, seed: 1);
        const int steps = 60;
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            // The loss sees the first layer alone, so the ones above can't matter.
            IReadOnlyList<Tensor> states = encoder.HiddenStates(tensor(EncoderCases.Text(6, 1)).unsqueeze(0), ones(1, 6, ScalarType.Int64), null);
            Tensor factors = arange(6 * 12, ScalarType.Float32).mul(1.7).sin().view(1, 6, 12);
            (states[1] * factors).sum().backward();
            adaptation.BeforeUpdate(step, steps);
            using var quiet = no_grad();
            foreach (TrainedWeight weight in adaptation.Trained)
            {
                if (weight.Value.grad is not { } gradient) continue;
                weight.Value.sub_(gradient.mul(0.05));
                gradient.zero_();
            }
        }

        Dictionary<string, int> ranks = adaptation.Ranks.ToDictionary(r => r.Linear, r => r.Ranks);

        Assert.AreEqual(12 * 2, ranks.Values.Sum());
        int first = ranks.Where(r => r.Key.StartsWith("encoder.layer.0.", StringComparison.Ordinal)).Sum(r => r.Value);
        Assert.AreEqual(4 * 3, first);
    }

    [TestMethod]
    public void The_penalty_is_that_of_the_formula()
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny("Bert"), seed: 3);
        using AdaLoraAdaptation adaptation = new(new AdaptationOptions { Rank = 2, Orthogonality = 0.5 });
        adaptation.Attach(encoder, seed: 1);
        double expected = 0;
        foreach (TrainedWeight weight in adaptation.Trained.Where(w => !w.Name.EndsWith('E')))
        {
            Tensor square = weight.Name.EndsWith('A') ? weight.Value.matmul(weight.Value.t()) : weight.Value.t().matmul(weight.Value);
            expected += (square - eye(3)).pow(2).sum().ToDouble();
        }

        double found = adaptation.Penalty()!.ToDouble();

        Assert.AreEqual(0.5 * expected / 36, found, 1e-5);
        Assert.IsNull(new AdaLoraAdaptation(new AdaptationOptions { Orthogonality = 0 }).Penalty());
    }
}
