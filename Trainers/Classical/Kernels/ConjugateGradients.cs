using System.Numerics.Tensors;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Least squares by conjugate gradients on the normal equations, centred without making a sparse matrix dense.</summary>
/// <remarks>
/// Solves (Xcᵀ S Xc + λ I) w = Xcᵀ S yc with Xc = X − 1 μᵀ; each iteration passes over the stored values twice. Preconditioned by the
/// diagonal. From w = 0 it stays in the row space, so a singular system comes to a solution of small norm.
/// Source: Golub and Van Loan, Matrix Computations, 4th edition, algorithm 11.5.1 and section 11.3.9.
/// </remarks>
internal static class ConjugateGradients
{
    private const int MostIterations = 1000;
    private const double Tolerance = 1e-8;

    /// <exception cref="TimeoutException">The deadline came before the first iteration ended.</exception>
    public static double[] Solve(TrainingSet data, double[] means, double labelMean, double penalty, FitContext context)
    {
        int width = means.Length;
        double[] w = new double[width], diagonal = Diagonal(data, means, penalty), residual = new double[width], image = new double[data.Rows];
        for (int r = 0; r < image.Length; r++) image[r] = data.Labels[r] - labelMean;
        Back(data, means, image, residual);
        double[] scaled = new double[width], product = new double[width];
        TensorPrimitives.Multiply<double>(residual, diagonal, scaled);
        double[] direction = [.. scaled];
        double energy = TensorPrimitives.Dot<double>(residual, scaled), first = energy;
        for (int iteration = 0; iteration < MostIterations && energy > Tolerance * Tolerance * first && energy > 0; iteration++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            if (context.IsOutOfTime && iteration == 0) throw new TimeoutException("Least squares ran out of time before the first iteration.");
            if (context.IsOutOfTime) break;
            Forward(data, means, direction, image);
            Back(data, means, image, product);
            for (int f = 0; f < width; f++) product[f] += penalty * direction[f];
            double curvature = TensorPrimitives.Dot<double>(direction, product);
            if (curvature <= 0) break;
            double step = energy / curvature;
            for (int f = 0; f < width; f++)
            {
                w[f] += step * direction[f];
                residual[f] -= step * product[f];
            }
            TensorPrimitives.Multiply<double>(residual, diagonal, scaled);
            double next = TensorPrimitives.Dot<double>(residual, scaled);
            for (int f = 0; f < width; f++) direction[f] = scaled[f] + (next / energy * direction[f]);
            energy = next;
        }
        return w;
    }

    /// <summary>image = Xc v, [rows].</summary>
    private static void Forward(TrainingSet data, double[] means, double[] v, double[] image)
    {
        double offset = TensorPrimitives.Dot<double>(means, v);
        for (int r = 0; r < image.Length; r++)
        {
            FeatureRow row = data.Features.Row(r);
            double sum = -offset;
            if (row.IsSparse) for (int i = 0; i < row.Values.Length; i++) sum += row.Values[i] * v[row.Indices[i]];
            else for (int f = 0; f < row.Values.Length; f++) sum += row.Values[f] * v[f];
            image[r] = sum;
        }
    }

    /// <summary>result = Xcᵀ S u, [features].</summary>
    private static void Back(TrainingSet data, double[] means, double[] u, double[] result)
    {
        Array.Clear(result);
        double total = 0;
        for (int r = 0; r < u.Length; r++)
        {
            double weighted = data.IsWeighted ? data.Weights[r] * u[r] : u[r];
            total += weighted;
            FeatureRow row = data.Features.Row(r);
            if (row.IsSparse) for (int i = 0; i < row.Values.Length; i++) result[row.Indices[i]] += row.Values[i] * weighted;
            else for (int f = 0; f < row.Values.Length; f++) result[f] += row.Values[f] * weighted;
        }
        for (int f = 0; f < result.Length; f++) result[f] -= total * means[f];
    }

    /// <summary>One over the diagonal of the system; 0 for a feature that is constant and not penalised.</summary>
    private static double[] Diagonal(TrainingSet data, double[] means, double penalty)
    {
        double[] squares = new double[means.Length];
        double total = 0;
        for (int r = 0; r < data.Rows; r++)
        {
            double s = data.IsWeighted ? data.Weights[r] : 1;
            total += s;
            FeatureRow row = data.Features.Row(r);
            for (int i = 0; i < row.Values.Length; i++) squares[row.IsSparse ? row.Indices[i] : i] += s * row.Values[i] * (double)row.Values[i];
        }
        for (int f = 0; f < squares.Length; f++)
        {
            double variation = squares[f] - (total * means[f] * means[f]), noise = 1e-12 * squares[f];
            squares[f] = variation + penalty > noise ? 1 / (Math.Max(variation, 0) + penalty) : 0;
        }
        return squares;
    }
}
