using Microsoft.ML;
using MLPipes.Trainers.Torch;

// Routes messages to a department: the call of Microsoft.ML.TorchSharp, with this namespace in place of its own.
// With the environment variable MLPIPES_ENCODER the encoder that it names is fine-tuned; without it a light model learns from these rows alone.
string[] things = ["kettle", "lamp", "headset", "printer", "bicycle", "tent", "camera", "backpack", "drill", "sofa"];
(string Department, string Text)[] templates =
[
    ("returns", "I want to send the {0} back and get my money"), ("returns", "How do I return a {0} that I do not like?"), ("returns", "Refund for the {0}, please"),
    ("returns", "The {0} is not what I ordered, take it back"), ("delivery", "When will my {0} arrive?"), ("delivery", "The parcel with the {0} is late"),
    ("delivery", "My {0} has been on its way for two weeks"), ("delivery", "Can you ship the {0} to another address?"), ("repair", "The {0} does not work any more"),
    ("repair", "A part of my {0} is broken, can it be mended?"), ("repair", "The {0} makes a strange noise and stops"), ("repair", "My {0} came apart after a day, is that under warranty?"),
];
Message[] messages = [.. from thing in things from t in templates select new Message { Text = string.Format(t.Text, thing), Department = t.Department }];

MLContext mlContext = new(seed: 1);
IDataView train = mlContext.Data.LoadFromEnumerable(messages);
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Message.Department))
    .Append(mlContext.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: nameof(Message.Text)))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
var engine = mlContext.Model.CreatePredictionEngine<Message, Answer>(pipeline.Fit(train));

foreach (string text in (string[])["The toaster is broken", "When does my toaster arrive?", "I would like my money back for the toaster"])
    Console.WriteLine($"{text} -> {engine.Predict(new Message { Text = text }).PredictedLabel}");

internal sealed class Message
{
    public string Text { get; set; } = "";

    public string Department { get; set; } = "";
}

internal sealed class Answer
{
    public string PredictedLabel { get; set; } = "";
}
