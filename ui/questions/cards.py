"""The cards of the readers' questions, as data: where one can play further, where people asked, the verdicts there are.

A card's words stand in `questions.md` under its name: its question, what is run, a sentence for each verdict. The
experiment is the question `reader_NAME` of `engines.questions`. To add a card, add a line here, words and experiment.
"""

from __future__ import annotations

from typing import NamedTuple


class Card(NamedTuple):
    """`link`: a page and its query as in an address. `threads`: "owner/repository#number" on GitHub, or an address."""

    link: str
    verdicts: tuple[str, ...]
    threads: tuple[str, ...] = ()


CARDS = {
    "velocity": Card(
        "optimizers?scene=race&race=momentum,rate:0.02;nesterov,rate:0.02",
        ("same", "both", "listing", "velocity", "neither"),
        ("fchollet/deep-learning-with-python-notebooks#289", "IDSIA/brainstorm#96"),
    ),
    "nesterov": Card(
        "optimizers?scene=anatomy&anatomy=nesterov",
        ("ahead", "plain", "neither"),
        ("keras-team/keras#14115", "keras-team/keras#966", "chainer/chainer#4274"),
    ),
    "epsilon": Card(
        "optimizers?scene=anatomy&anatomy=adam",
        ("always", "large", "never"),
        ("keras-team/keras#17391", "pytorch/pytorch#41477", "tensorflow/tensorflow#35102"),
    ),
    "exp": Card("derivative?f=exp&p=2", ("value", "point", "neither"), ("karpathy/nn-zero-to-hero#52",)),
    "relu": Card(
        "derivative?f=relu&p=0",
        ("never", "rarely", "matters"),
        ("Theano/Theano#3210", "jeffheaton/encog-java-core#185"),
    ),
    "mean": Card(
        "chain_rule?scene=fourways&w_show=numbers&w_f=own"
        "&w_own=x-(x%2By%2Bz)/3 %2B y-(x%2By%2Bz)/3 %2B z-(x%2By%2Bz)/3",
        ("zero", "three_quarters", "other"),
        ("pytorch/pytorch#63541",),
    ),
    "check": Card(
        "gradient_tensors?scene=audit",
        ("sometimes", "never", "always"),
        ("pytorch/pytorch#114234", "PaddlePaddle/Paddle#4283"),
    ),
    "adam_rate": Card(
        "optimizers?scene=rates&race=sgd;adam",
        ("needs", "broad", "nowhere"),
        ("https://datascience.stackexchange.com/questions/43320", "pluskid/Mocha.jl#107", "NVIDIA/DIGITS#893"),
    ),
    "full_batch": Card(
        "optimizers?scene=batches&b_rates=best",
        ("samples", "both", "steps", "neither"),
        ("jwyang/faster-rcnn.pytorch#305", "BVLC/caffe#3793"),
    ),
    "book_momentum": Card(
        "optimizers?scene=race&race=sgd,rate:0.02;nesterov,rate:0.02,momentum:0.1",
        ("little", "enough", "none"),
        ("apache/mxnet#2697", "AlexeyAB/darknet#2776"),
    ),
    "guessing": Card(
        "training_loop?init=small&rate=1e-06",
        ("each", "some", "none", "everywhere"),
        ("keras-team/keras#4587", "BVLC/caffe#2430"),
    ),
    "accuracy": Card(
        "optimizers?scene=rates&race=adam",
        ("hidden", "visible", "equal"),
        ("karpathy/convnetjs#70",),
    ),
}


def thread_link(thread: str) -> str:
    """A thread's name as a Markdown link to it; GitHub leads from an issue's address to a pull request's."""
    if thread.startswith("https://"):
        return f"[{thread.removeprefix('https://')}]({thread})"
    repository, _, number = thread.partition("#")
    return f"[{thread}](https://github.com/{repository}/issues/{number})"
