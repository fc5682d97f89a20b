using MLPipes.Trainers.Torch;

namespace MLPipes.Cli;

/// <summary>What <c>doctor</c> tells of networks: the library, the device and the encoder.</summary>
internal static class TorchFindings
{
    public static IEnumerable<Finding> Of(TorchReport report)
    {
        yield return report.Problem is { } problem
            ? new Finding("libtorch", Machine.Problem, "networks can't be used", problem)
            : new Finding("libtorch", Machine.Fine, $"{report.Version ?? "version not told"} in {report.Folder}{(report.IsLent ? ", as MLPIPES_LIBTORCH asks" : "")}{(report.IsPatched ? ", fitted to this system's C++ library" : "")}");
        if (report.Problem is null) yield return Device(report);
        yield return Encoder(report);
    }

    private static Finding Device(TorchReport report)
    {
        string speed = report.HasFastBFloat16 ? "fast bfloat16" : "no fast bfloat16, so float32";
        return report.WhyNotCuda is { } why
            ? new Finding("networks", Machine.Fine, $"on the CPU, {speed}; not on CUDA: {why}")
            : new Finding("networks", Machine.Fine, $"on CUDA, {speed}");
    }

    private static Finding Encoder(TorchReport report)
    {
        if (report.Encoder is not { } name) return new Finding("encoder", Machine.Fine, "none chosen (MLPIPES_ENCODER): text is learned from scratch");
        if (report.EncoderProblem is { } problem) return new Finding("encoder", Machine.Problem, $"{name} can't be used", problem);
        return new Finding("encoder", Machine.Fine, report.EncoderFolder is { } folder ? $"{name} in {folder}" : $"{name}, downloaded at its first use");
    }
}
