using System.Text.Json;
using MLPipes.Trainers.Torch;
using Spectre.Console;

namespace MLPipes.Cli;

/// <summary><c>mlpipes evaluate</c> and <c>mlpipes predict</c> of entity models.</summary>
internal static class EntityScoring
{
    private const int DocumentsAtOnce = 4096;

    /// <summary>Scores a model on labelled documents.</summary>
    /// <returns>The exit code.</returns>
    public static int Evaluate(Terminal terminal, string model, string data, bool json)
    {
        using EntityTagger tagger = EntityTagger.Load(model);
        EntityDocuments documents = EntityDocuments.Read(data);
        EntityMetrics metrics = tagger.Evaluate(documents, cancel: terminal.Stop);
        TableInput.Warn(terminal, documents.Warnings);
        if (documents.Labels.Except(tagger.Labels).ToArray() is { Length: > 0 } unseen)
            TableInput.Warn(terminal, [$"{data}: the labels {string.Join(", ", unseen)} are none of the model's; their entities count as missed."]);
        EntityEvaluateDocument document = new(EntityTraining.TaskName, documents.Count, EntityOutput.Metrics(metrics), EntityOutput.Types(metrics));
        if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(document, EntityOutput.Readable.EntityEvaluateDocument));
        else
        {
            IAnsiConsole console = terminal.OutConsole();
            console.WriteLine($"named entities in {document.Rows} documents, {tagger.Manifest.Trainer}");
            console.WriteLine(EntityReport.Figures(document.Metrics));
            console.Write(EntityReport.Types(document.Entities));
        }
        return ExitCodes.Done;
    }

    /// <summary>Writes a line of JSON for each document, in its order.</summary>
    /// <param name="terminal">Gives standard input where <paramref name="data"/> is <c>-</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">Texts, CoNLL file or JSON lines.</param>
    /// <param name="write">Writes the result by the action it is given.</param>
    /// <returns>The exit code.</returns>
    public static int Predict(Terminal terminal, string model, string data, Action<Action<Stream>> write)
    {
        using EntityTagger tagger = EntityTagger.Load(model);
        EntityDocuments documents = data == "-" ? FromInput(terminal) : EntityDocuments.ReadUnlabelled(data);
        TableInput.Warn(terminal, documents.Warnings);
        write(stream =>
        {
            foreach (EntityDocument[] chunk in documents.Chunk(DocumentsAtOnce))
            {
                IReadOnlyList<IReadOnlyList<EntityMention>> found = tagger.Predict(chunk, cancel: terminal.Stop);
                for (int i = 0; i < chunk.Length; i++)
                {
                    JsonSerializer.Serialize(stream, LineOf(chunk[i], found[i]), EntityOutput.Lines.EntityLine);
                    stream.WriteByte((byte)'\n');
                }
            }
        });
        return ExitCodes.Done;
    }

    private static EntityDocuments FromInput(Terminal terminal)
    {
        using Stream input = terminal.OpenInput();
        return EntityDocuments.ReadUnlabelled(input, "standard input");
    }

    private static EntityLine LineOf(EntityDocument document, IReadOnlyList<EntityMention> found) => document.HasGivenWords
        ? new EntityLine { Text = document.Text, Tokens = document.Words, Tags = document.TagsOf(found), Entities = found }
        : new EntityLine { Text = document.Text, Entities = found };
}
