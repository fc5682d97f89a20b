using System.Text.Json.Serialization;

namespace MLPipes.AutoSearch;

/// <summary>Plans and events as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrialPlan))]
[JsonSerializable(typeof(TrialEvent))]
[JsonSerializable(typeof(JournalStart))]
internal sealed partial class JournalJson : JsonSerializerContext;
