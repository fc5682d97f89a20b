using System.Collections.Concurrent;
using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>How fast this machine does the products that encoders are made of: processors differ by a factor of ten.</summary>
internal static class EncoderSpeed
{
    // A batch of texts through the wider layer of a small encoder.
    private const int Texts = 32, Length = 64, Width = 384, Inner = 1536;

    private const int Repeats = 4;

    // Of the speed of bare products, what an encoder comes to that also attends, normalises and copies. See docs/decisions/encoders.md.
    private const double EncoderShare = 0.5;

    private static readonly ConcurrentDictionary<int, double> measured = new();

    /// <summary>Operations a second of an encoder on the device and in the precision that are chosen where nothing is set; some tens of milliseconds at the first call.</summary>
    /// <exception cref="TorchException">libtorch can't be loaded.</exception>
    public static double FlopsPerSecond(int threads) => measured.GetOrAdd(threads, Measure);

    private static double Measure(int threads)
    {
        Device device = Devices.Resolve(TorchDevice.Auto);
        TorchRuntime.UseThreads(threads);
        ScalarType type = Devices.PrecisionOf(TrainingPrecision.Auto, device) == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        using IDisposable off = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ones([Texts, Length, Width], type, device), weight = ones([Inner, Width], type, device), bias = zeros([Inner], type, device);
        double best = double.PositiveInfinity;
        // The first call sets things up; the quickest of the others is the least disturbed.
        for (int i = 0; i <= Repeats; i++)
        {
            long began = Stopwatch.GetTimestamp();
            // A number out of the result waits for devices that work in the background.
            TokenProduct.Of(input, weight, bias)[0, 0, 0].ToSingle();
            if (i > 0) best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        return EncoderShare * 2.0 * Texts * Length * Width * Inner / best;
    }
}
