using System.Text.Json.Serialization;

namespace MLPipes.Trainers.Torch;

/// <summary>The numbers of a checkpoint.</summary>
/// <param name="Training">What is trained and how, as text: another training does not go on from it.</param>
/// <param name="Made">Updates made.</param>
/// <param name="Progress">Share of the schedule that is done.</param>
/// <param name="Epoch">Epoch that comes next, or goes on, from 0.</param>
/// <param name="Batch">Batch of that epoch that comes next, from 0.</param>
/// <param name="Noise">Random draws made.</param>
/// <param name="OptimizerSteps">Updates that the optimizer counts.</param>
/// <param name="MeanCount">Updates in the mean of the weights.</param>
/// <param name="BestScore">Score of the best weights.</param>
/// <param name="BestStep">Updates behind them.</param>
/// <param name="Misses">Validations since.</param>
/// <param name="Loss">Running mean of the loss.</param>
internal sealed record TrainingState(string Training, int Made, double Progress, int Epoch, int Batch, long Noise, int OptimizerSteps, int MeanCount,
    double? BestScore, int BestStep, int Misses, double Loss);

/// <summary>Written and read by generated code.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrainingState))]
internal sealed partial class TrainingStateJson : JsonSerializerContext;
