using Microsoft.ML;
using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes.AutoSearch;

/// <summary>Automated search with the names and shapes that users of ML.NET's own know; reached by <c>mlContext.Auto()</c>.</summary>
/// <remarks>
/// Trainers of the catalog beyond those that a call has a switch for take part as long as every switch is on; to leave one out is to
/// choose among the others that have one.
/// </remarks>
public sealed class AutoCatalog
{
    private const string DefaultLabel = "Label", DefaultFeatures = "Features";

    private readonly MLContext context;

    internal AutoCatalog(MLContext context) => this.context = context;

    /// <summary>Finds out how a delimited text file is to be loaded, and what its columns are good for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labelColumnName">The column to predict.</param>
    /// <param name="separatorChar">What stands between cells; null: found out.</param>
    /// <param name="allowQuoting">Whether cells may be quoted; null: yes.</param>
    /// <param name="allowSparse">Whether rows may be sparse; null: no.</param>
    /// <param name="trimWhitespace">Whether blanks around cells are dropped.</param>
    /// <param name="groupColumns">Whether numbers are loaded as one vector column named Features.</param>
    /// <exception cref="TableException">The file can't be read, or there is no such column.</exception>
    public ColumnInferenceResults InferColumns(string path, string labelColumnName = DefaultLabel, char? separatorChar = null, bool? allowQuoting = null, bool? allowSparse = null, bool trimWhitespace = false, bool groupColumns = true) =>
        InferColumns(path, new ColumnInformation { LabelColumnName = labelColumnName }, separatorChar, allowQuoting, allowSparse, trimWhitespace, groupColumns);

    /// <summary>Finds out how a delimited text file is to be loaded, and what those of its columns are good for that the caller says nothing of.</summary>
    /// <inheritdoc cref="InferColumns(string, string, char?, bool?, bool?, bool, bool)"/>
    public ColumnInferenceResults InferColumns(string path, ColumnInformation columnInformation, char? separatorChar = null, bool? allowQuoting = null, bool? allowSparse = null, bool trimWhitespace = false, bool groupColumns = true) =>
        new ColumnInference(path, new LoadingChoices(separatorChar, allowQuoting, allowSparse, trimWhitespace, groupColumns)).Infer(columnInformation, hasHeader: true);

    /// <summary>Finds out how a delimited text file is to be loaded whose label is known by its place.</summary>
    /// <inheritdoc cref="InferColumns(string, string, char?, bool?, bool?, bool, bool)"/>
    public ColumnInferenceResults InferColumns(string path, uint labelColumnIndex, bool hasHeader = false, char? separatorChar = null, bool? allowQuoting = null, bool? allowSparse = null, bool trimWhitespace = false, bool groupColumns = true) =>
        new ColumnInference(path, new LoadingChoices(separatorChar, allowQuoting, allowSparse, trimWhitespace, groupColumns)).Infer(labelColumnIndex, hasHeader);

    /// <summary>An estimator that is made anew for each point of a search space.</summary>
    public SweepableEstimator CreateSweepableEstimator<T>(Func<MLContext, T, IEstimator<ITransformer>> factory, SearchSpace<T>? ss = null) where T : class, new()
    {
        SearchSpace<T> space = ss ?? new SearchSpace<T>();
        return new SweepableEstimator((own, parameter) => factory(own, space.From(parameter)), space);
    }

    /// <summary>A search over a pipeline's alternatives and options.</summary>
    public AutoMLExperiment CreateExperiment(AutoMLExperiment.AutoMLExperimentSettings? settings = null) => new(context, settings ?? new());

    /// <summary>A search for a model of two classes that takes so many seconds.</summary>
    public BinaryClassificationExperiment CreateBinaryClassificationExperiment(uint maxExperimentTimeInSeconds) =>
        new(context, new BinaryExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>A search for a model of two classes.</summary>
    public BinaryClassificationExperiment CreateBinaryClassificationExperiment(BinaryExperimentSettings experimentSettings) => new(context, experimentSettings);

    /// <summary>A search for a model of several classes that takes so many seconds.</summary>
    public MulticlassClassificationExperiment CreateMulticlassClassificationExperiment(uint maxExperimentTimeInSeconds) =>
        new(context, new MulticlassExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>A search for a model of several classes.</summary>
    public MulticlassClassificationExperiment CreateMulticlassClassificationExperiment(MulticlassExperimentSettings experimentSettings) => new(context, experimentSettings);

    /// <summary>A search for a model of numbers that takes so many seconds.</summary>
    public RegressionExperiment CreateRegressionExperiment(uint maxExperimentTimeInSeconds) =>
        new(context, new RegressionExperimentSettings { MaxExperimentTimeInSeconds = maxExperimentTimeInSeconds });

    /// <summary>A search for a model of numbers.</summary>
    public RegressionExperiment CreateRegressionExperiment(RegressionExperimentSettings experimentSettings) => new(context, experimentSettings);

    /// <summary>Trainers of two classes to choose from.</summary>
#pragma warning disable CS1573 // Each switch and each option is named after the trainer that it is of.
    public SweepablePipeline BinaryClassification(string labelColumnName = DefaultLabel, string featureColumnName = DefaultFeatures, string? exampleWeightColumnName = null,
        bool useFastForest = true, bool useLgbm = true, bool useFastTree = true, bool useLbfgsLogisticRegression = true, bool useSdcaLogisticRegression = true,
        FastTreeOption? fastTreeOption = null, LgbmOption? lgbmOption = null, FastForestOption? fastForestOption = null, LbfgsOption? lbfgsLogisticRegressionOption = null, SdcaOption? sdcaLogisticRegressionOption = null,
        SearchSpace<FastTreeOption>? fastTreeSearchSpace = null, SearchSpace<LgbmOption>? lgbmSearchSpace = null, SearchSpace<FastForestOption>? fastForestSearchSpace = null,
        SearchSpace<LbfgsOption>? lbfgsLogisticRegressionSearchSpace = null, SearchSpace<SdcaOption>? sdcaLogisticRegressionSearchSpace = null) =>
        OneOf(MLTask.Binary, labelColumnName, featureColumnName, exampleWeightColumnName,
            new(TrainerNames.FastTree, useFastTree, SpaceOf(fastTreeOption, fastTreeSearchSpace)), new(TrainerNames.FastForest, useFastForest, SpaceOf(fastForestOption, fastForestSearchSpace)),
            new(TrainerNames.LightGbm, useLgbm, SpaceOf(lgbmOption, lgbmSearchSpace)), new(TrainerNames.LbfgsLogistic, useLbfgsLogisticRegression, SpaceOf(lbfgsLogisticRegressionOption, lbfgsLogisticRegressionSearchSpace)),
            new(TrainerNames.SdcaLogistic, useSdcaLogisticRegression, SpaceOf(sdcaLogisticRegressionOption, sdcaLogisticRegressionSearchSpace)));

    /// <summary>Trainers of several classes to choose from.</summary>
    public SweepablePipeline MultiClassification(string labelColumnName = DefaultLabel, string featureColumnName = DefaultFeatures, string? exampleWeightColumnName = null,
        bool useFastForest = true, bool useLgbm = true, bool useFastTree = true, bool useLbfgsMaximumEntrophy = true, bool useLbfgsLogisticRegression = true, bool useSdcaMaximumEntrophy = true, bool useSdcaLogisticRegression = true,
        FastTreeOption? fastTreeOption = null, LgbmOption? lgbmOption = null, FastForestOption? fastForestOption = null, LbfgsOption? lbfgsMaximumEntrophyOption = null, LbfgsOption? lbfgsLogisticRegressionOption = null,
        SdcaOption? sdcaMaximumEntrophyOption = null, SdcaOption? sdcaLogisticRegressionOption = null,
        SearchSpace<FastTreeOption>? fastTreeSearchSpace = null, SearchSpace<LgbmOption>? lgbmSearchSpace = null, SearchSpace<FastForestOption>? fastForestSearchSpace = null,
        SearchSpace<LbfgsOption>? lbfgsMaximumEntrophySearchSpace = null, SearchSpace<LbfgsOption>? lbfgsLogisticRegressionSearchSpace = null,
        SearchSpace<SdcaOption>? sdcaMaximumEntorphySearchSpace = null, SearchSpace<SdcaOption>? sdcaLogisticRegressionSearchSpace = null) =>
        OneOf(MLTask.Multiclass, labelColumnName, featureColumnName, exampleWeightColumnName,
            new(TrainerNames.FastTree, useFastTree, SpaceOf(fastTreeOption, fastTreeSearchSpace)), new(TrainerNames.FastForest, useFastForest, SpaceOf(fastForestOption, fastForestSearchSpace)),
            new(TrainerNames.LightGbm, useLgbm, SpaceOf(lgbmOption, lgbmSearchSpace)),
            new(TrainerNames.LbfgsMaximumEntropy, useLbfgsMaximumEntrophy, SpaceOf(lbfgsMaximumEntrophyOption, lbfgsMaximumEntrophySearchSpace)),
            new(TrainerNames.LbfgsLogistic, useLbfgsLogisticRegression, SpaceOf(lbfgsLogisticRegressionOption, lbfgsLogisticRegressionSearchSpace)),
            new(TrainerNames.SdcaMaximumEntropy, useSdcaMaximumEntrophy, SpaceOf(sdcaMaximumEntrophyOption, sdcaMaximumEntorphySearchSpace)),
            new(TrainerNames.SdcaLogistic, useSdcaLogisticRegression, SpaceOf(sdcaLogisticRegressionOption, sdcaLogisticRegressionSearchSpace)));

    /// <summary>Trainers of numbers to choose from.</summary>
    public SweepablePipeline Regression(string labelColumnName = DefaultLabel, string featureColumnName = DefaultFeatures, string? exampleWeightColumnName = null,
        bool useFastForest = true, bool useLgbm = true, bool useFastTree = true, bool useLbfgsPoissonRegression = true, bool useSdca = true,
        FastTreeOption? fastTreeOption = null, LgbmOption? lgbmOption = null, FastForestOption? fastForestOption = null, LbfgsOption? lbfgsPoissonRegressionOption = null, SdcaOption? sdcaOption = null,
        SearchSpace<FastTreeOption>? fastTreeSearchSpace = null, SearchSpace<LgbmOption>? lgbmSearchSpace = null, SearchSpace<FastForestOption>? fastForestSearchSpace = null,
        SearchSpace<LbfgsOption>? lbfgsPoissonRegressionSearchSpace = null, SearchSpace<SdcaOption>? sdcaSearchSpace = null) =>
        OneOf(MLTask.Regression, labelColumnName, featureColumnName, exampleWeightColumnName,
            new(TrainerNames.FastTree, useFastTree, SpaceOf(fastTreeOption, fastTreeSearchSpace)), new(TrainerNames.FastForest, useFastForest, SpaceOf(fastForestOption, fastForestSearchSpace)),
            new(TrainerNames.LightGbm, useLgbm, SpaceOf(lgbmOption, lgbmSearchSpace)), new(TrainerNames.LbfgsPoisson, useLbfgsPoissonRegression, SpaceOf(lbfgsPoissonRegressionOption, lbfgsPoissonRegressionSearchSpace)),
            new(TrainerNames.Sdca, useSdca, SpaceOf(sdcaOption, sdcaSearchSpace)));
#pragma warning restore CS1573

    /// <summary>Makes features of columns, in a vector named <paramref name="outputColumnName"/>.</summary>
    /// <param name="data">The rows; what is said nothing of is found out from them.</param>
    /// <param name="columnInformation">What columns are used for.</param>
    /// <param name="outputColumnName">The vector of features.</param>
    /// <exception cref="TableException">A column is not there.</exception>
    public SweepablePipeline Featurizer(IDataView data, ColumnInformation columnInformation, string outputColumnName = DefaultFeatures) =>
        new SweepablePipeline().Append(FeaturizerFor(data, columnInformation, outputColumnName));

    /// <summary>Makes features of columns, in a vector named <paramref name="outputColumnName"/>; columns in none of the lists are found out.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="outputColumnName">The vector of features.</param>
    /// <param name="catelogicalColumns">Categories.</param>
    /// <param name="numericColumns">Numbers.</param>
    /// <param name="textColumns">Free texts.</param>
    /// <param name="imagePathColumns">Paths of images; not supported yet, so an error unless empty.</param>
    /// <param name="excludeColumns">Not learned from: name the label here.</param>
    /// <exception cref="TableException">A column is not there.</exception>
    public SweepablePipeline Featurizer(IDataView data, string outputColumnName = DefaultFeatures, string[]? catelogicalColumns = null, string[]? numericColumns = null, string[]? textColumns = null, string[]? imagePathColumns = null, string[]? excludeColumns = null)
    {
        ColumnInformation information = new() { LabelColumnName = "" };
        foreach (string name in catelogicalColumns ?? []) information.CategoricalColumnNames.Add(name);
        foreach (string name in numericColumns ?? []) information.NumericColumnNames.Add(name);
        foreach (string name in textColumns ?? []) information.TextColumnNames.Add(name);
        foreach (string name in imagePathColumns ?? []) information.ImagePathColumnNames.Add(name);
        foreach (string name in excludeColumns ?? []) information.IgnoredColumnNames.Add(name);
        return Featurizer(data, information, outputColumnName);
    }

    internal static FeaturizerStep FeaturizerFor(IDataView data, ColumnInformation information, string output)
    {
        string[] readable = [.. data.Schema.Where(c => !c.IsHidden && ColumnRoles.CanRead(c.Type)).Select(c => c.Name)];
        Table table = UnderstoodText.Of(Table.From(data, readable), n => !information.CategoricalColumnNames.Contains(n) && !information.TextColumnNames.Contains(n) && n != information.LabelColumnName);
        (Roles roles, TableProfile profile) = ColumnRoles.Of(table, information);
        return new FeaturizerStep(roles, output, profile.Columns.ToDictionary(c => c.Name, c => c.Distinct, StringComparer.Ordinal),
            data.Schema.Where(c => c.Type is Microsoft.ML.Data.BooleanDataViewType).Select(c => c.Name));
    }

    internal static SweepablePipeline OneOf(MLTask task, string label, string features, string? weight, params TrainerSwitch[] switches)
    {
        TrainerEntry[] entries = [.. Catalog.Trainers.Where(t => t.Card.Serves(task) && !t.Card.Needs.AreIds())];
        if (!switches.All(s => s.IsOn)) entries = [.. entries.Where(t => switches.Any(s => s.IsOn && s.Key == t.Card.Key))];
        if (entries.Length == 0) throw new OptionsException(task.ToString(), ["Every trainer is left out: leave one in."]);
        return new SweepablePipeline().Append([.. entries.Select(e => TrainerStep.Of(e, task, label, features, weight, switches.FirstOrDefault(s => s.Key == e.Card.Key)?.Space))]);
    }

    private static SearchSpace? SpaceOf<T>(T? option, SearchSpace<T>? space) where T : class, new() => space ?? (option is null ? null : new SearchSpace<T>(option));

    /// <summary>A trainer that a call can leave out or give options.</summary>
    internal sealed record TrainerSwitch(string Key, bool IsOn, SearchSpace? Space);
}
