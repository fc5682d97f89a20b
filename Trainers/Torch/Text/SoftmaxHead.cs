using MLPipes.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Multinomial logistic regression on dense vectors, solved to its optimum.</summary>
/// <remarks>
/// Minimises Σ over rows of −log softmax(W x + b)ᵧ, weighted, plus λ/2 ‖W‖², by L-BFGS with ten pairs and a backtracking line search
/// (Nocedal and Wright, Numerical Optimization, 2006, algorithms 7.4 and 3.1), in float64. Time O(steps · rows · width · classes).
/// </remarks>
internal static class SoftmaxHead
{
    private const int Memory = 10, MaxSteps = 500;
    private const double Tolerance = 1e-6;

    // Fewer give a head that is worth nothing, and these take far less time than the vectors took to make.
    private const int LeastSteps = 20;

    /// <summary>Learns a head.</summary>
    /// <param name="vectors">[rows × width].</param>
    /// <param name="width">Values of a vector.</param>
    /// <param name="targets">[rows], class indices.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="weights">[rows]; empty for equal ones.</param>
    /// <param name="l2">λ.</param>
    /// <param name="context">Its deadline, after a few steps, and its cancellation end the fit; null for none.</param>
    /// <returns>W, [classes × width], and b, [classes].</returns>
    public static (float[] Weight, float[] Bias) Fit(float[] vectors, int width, int[] targets, int classes, float[] weights, double l2, FitContext? context = null)
    {
        using IDisposable quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        int rows = targets.Length;
        Tensor x = cat([tensor(vectors, [rows, width]).to(ScalarType.Float64), ones(rows, 1, ScalarType.Float64)], 1);
        Tensor y = zeros(rows, classes, ScalarType.Float64);
        y.scatter_(1, tensor(Array.ConvertAll(targets, t => (long)t), [rows, 1]), ones(rows, 1, ScalarType.Float64));
        if (weights.Length > 0) y = y * tensor(weights, [rows, 1]).to(ScalarType.Float64);
        // The last column is the bias, which has no penalty.
        Tensor penalty = cat([ones(1, width, ScalarType.Float64).Times(l2), zeros(1, 1, ScalarType.Float64)], 1);
        Tensor solved = Solve(x, y, penalty, classes, context ?? new FitContext());
        return (Floats(solved.narrow(1, 0, width)), Floats(solved.narrow(1, width, 1)));
    }

    private static float[] Floats(Tensor values) => TextEncoder.Values(values.to(ScalarType.Float32));

    private static Tensor Solve(Tensor x, Tensor y, Tensor penalty, int classes, FitContext context)
    {
        Tensor at = zeros(classes, x.shape[1], ScalarType.Float64);
        (double loss, Tensor gradient) = Loss(x, y, penalty, at);
        double first = Math.Max(1e-12, Length(gradient));
        List<(Tensor Step, Tensor Change, double Curvature)> pairs = [];
        for (int step = 0; step < MaxSteps && Length(gradient) > Tolerance * first; step++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            if (step >= LeastSteps && context.IsOutOfTime) break;
            using DisposeScope scope = NewDisposeScope();
            Tensor direction = Direction(gradient, pairs);
            double slope = Dot(direction, gradient);
            double size = pairs.Count == 0 ? 1 / first : 1;
            (Tensor next, double lower, Tensor turned) = (at, loss, gradient);
            for (int tries = 0; tries < 30; tries++, size /= 2)
            {
                next = at.Plus(direction, size);
                (lower, turned) = Loss(x, y, penalty, next);
                if (lower <= loss + 1e-4 * size * slope) break;
            }
            if (!(lower < loss)) break;
            Tensor moved = next - at, change = turned - gradient;
            double curvature = Dot(moved, change);
            if (curvature > 1e-12) pairs.Add((moved.MoveToOuterDisposeScope(), change.MoveToOuterDisposeScope(), curvature));
            if (pairs.Count > Memory) pairs.RemoveAt(0);
            (at, loss, gradient) = (next.MoveToOuterDisposeScope(), lower, turned.MoveToOuterDisposeScope());
        }
        return at;
    }

    // The two-loop recursion.
    private static Tensor Direction(Tensor gradient, List<(Tensor Step, Tensor Change, double Curvature)> pairs)
    {
        Tensor q = gradient.neg();
        double[] factors = new double[pairs.Count];
        for (int i = pairs.Count - 1; i >= 0; i--)
        {
            factors[i] = Dot(pairs[i].Step, q) / pairs[i].Curvature;
            q = q.Plus(pairs[i].Change, -factors[i]);
        }
        if (pairs.Count > 0) q = q.Times(pairs[^1].Curvature / Dot(pairs[^1].Change, pairs[^1].Change));
        for (int i = 0; i < pairs.Count; i++) q = q.Plus(pairs[i].Step, factors[i] - Dot(pairs[i].Change, q) / pairs[i].Curvature);
        return q;
    }

    private static (double Loss, Tensor Gradient) Loss(Tensor x, Tensor y, Tensor penalty, Tensor at)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logarithms = x.matmul(at.t()).log_softmax(1);
        Tensor pulled = at * penalty;
        double loss = -Dot(y, logarithms) + 0.5 * Dot(at, pulled);
        Tensor errors = logarithms.exp() * y.sum(1, keepdim: true) - y;
        return (loss, (errors.t().matmul(x) + pulled).MoveToOuterDisposeScope());
    }

    private static double Length(Tensor values) => Math.Sqrt(Dot(values, values));

    private static double Dot(Tensor a, Tensor b)
    {
        using DisposeScope scope = NewDisposeScope();
        return (a * b).sum().ToDouble();
    }
}
